(function () {
  "use strict";
  var box = document.getElementById("find"), out = document.getElementById("shown");
  if (!box) return;
  var list = document.getElementById("hits"), rows = list ? window.commitments :
    [].slice.call(document.querySelectorAll("tr[data-cell]"));
  function plain(text) {
    return text.normalize("NFC").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ");
  }
  function fold(text) {
    return text.replace(/đ/g, "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  }
  var texts = rows.map(function (row) {
    return " " + plain(list ? row.join(" ") : row.textContent + " " + row.dataset.words);
  });
  var folded = texts.map(fold);
  function search() {
    var typed = plain(box.value.trim()), pool = fold(typed) === typed ? folded : texts;
    function having(words) {
      return rows.filter(function (row, at) {
        return words.every(function (word) { return pool[at].indexOf(" " + word) >= 0; });
      });
    }
    var hits = having([typed]);
    if (!hits.length) hits = having(typed.split(" "));
    if (list) list.replaceChildren.apply(list, hits.slice(0, typed ? 99 : 0).map(function (row) {
      var item = document.createElement("li"), link = document.createElement("a");
      link.href = "t/" + row[0] + ".html";
      link.textContent = row[1];
      item.append(link, " " + row[2]);
      return item;
    }));
    else rows.forEach(function (row) { row.hidden = hits.indexOf(row) < 0; });
    document.body.classList.toggle("typed", !!typed);
    out.textContent = out.dataset.text.replace("{n}", hits.length).replace("{of}", rows.length);
  }
  box.closest(".no-js").classList.remove("no-js");
  box.addEventListener("input", search);
  search();
})();
