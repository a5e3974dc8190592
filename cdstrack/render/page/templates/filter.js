(function () {
  "use strict";
  var box = document.getElementById("find"), out = document.getElementById("shown");
  if (!box) return;
  var rows = [].slice.call(document.querySelectorAll("tr[data-cell]"));
  function fold(text) {
    return text.toLowerCase().replace(/đ/g, "d").normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  }
  var texts = rows.map(function (row) {
    return " " + (row.textContent + " " + (row.dataset.words || "")).normalize("NFC").toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, " ");
  });
  var plain = texts.map(fold);
  function search() {
    var typed = box.value.trim().normalize("NFC").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ");
    var marked = fold(typed) !== typed, pool = marked ? texts : plain;
    var hits = pool.map(function (text) { return text.indexOf(" " + typed) >= 0; });
    if (typed && hits.indexOf(true) < 0) {
      hits = pool.map(function (text) {
        return typed.split(" ").every(function (word) { return text.indexOf(" " + word) >= 0; });
      });
    }
    var n = 0;
    rows.forEach(function (row, at) { row.hidden = !(!typed || hits[at]); if (!row.hidden) n += 1; });
    out.textContent = out.dataset.text.replace("{n}", n).replace("{of}", rows.length);
  }
  box.closest(".no-js").classList.remove("no-js");
  box.addEventListener("input", search);
  search();
})();
