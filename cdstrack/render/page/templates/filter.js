(function () {
  "use strict";
  var box = document.getElementById("find"), out = document.getElementById("shown");
  if (!box) return;
  var list = document.getElementById("hits"), rows = list ? commitments :
    Array.from(document.querySelectorAll("tr[data-cell]"));
  function plain(text) {
    return text.normalize("NFC").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ");
  }
  function fold(text) {
    return text.replace(/đ/g, "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  }
  var texts = rows.map((row) =>
    " " + plain(list ? row.join(" ") : row.textContent + " " + row.dataset.words));
  var folded = texts.map(fold);
  function search() {
    var typed = plain(box.value.trim()), pool = fold(typed) === typed ? folded : texts;
    function having(words) {
      return rows.filter((row, at) => words.every((word) => pool[at].includes(" " + word)));
    }
    var hits = having([typed]);
    if (!hits.length) hits = having(typed.split(" "));
    if (list) list.replaceChildren.apply(list, hits.slice(0, typed ? 99 : 0).map((row) => {
      var item = document.createElement("li"), link = document.createElement("a");
      link.href = "t/" + row[0] + ".html";
      link.textContent = row[1];
      item.append(link, " " + row[2]);
      return item;
    }));
    else rows.forEach((row) => { row.hidden = !hits.includes(row); });
    document.body.classList.toggle("typed", !!typed);
    out.textContent = out.dataset.text.replace("{n}", hits.length).replace("{of}", rows.length);
  }
  box.closest(".no-js").classList.remove("no-js");
  box.addEventListener("input", search);
  search();
})();
