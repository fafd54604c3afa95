"use strict";
// The register's pages: choose all rows of a list at once.
(function () {
  document.addEventListener("change", function (event) {
    const form = event.target.dataset.pickAll;
    if (!form) { return; }
    document.querySelectorAll('input[name="codes"][form="' + form + '"]').forEach(function (box) { box.checked = event.target.checked; });
  });
})();
