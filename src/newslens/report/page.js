"use strict";
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const at = Object.fromEntries(data.columns.map((name, place) => [name, place]));
  const cell = (claim, name) => claim[at[name]];
  const words = data.words;
  const claims = new Map(data.claims.map((claim) => [cell(claim, "claim_id"), claim]));
  const all = data.claims.slice(0, data.rows);
  const PAGE = 50;
  const collator = new Intl.Collator(data.locale);
  const percent = new Intl.NumberFormat(data.locale, { style: "percent" });
  let chosen = all;
  let shown = PAGE;
  let sorted = { key: null, down: false };

  // Every text comes from articles: it is only ever set as text, never as markup.
  function make(name, text, className) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function line(claim) {
    const row = make("tr");
    const put = (name, content, className) => {
      const box = make("td", typeof content === "string" ? content : undefined, className);
      if (typeof content !== "string") box.append(content);
      box.dataset.name = words[name];
      row.append(box);
    };
    const number = make("a", cell(claim, "value"), "num");
    number.href = "#c-" + cell(claim, "claim_id");
    put("date", cell(claim, "day"));
    put("outlet", cell(claim, "outlet"));
    put("type", data.types[cell(claim, "claim_type")]);
    put("subject", cell(claim, "subject"));
    put("value", number, "amount");
    put("stance", make("span", data.names[cell(claim, "stance")], "stance " + cell(claim, "stance")));
    put("confidence", percent.format(cell(claim, "confidence")), "amount");
    return row;
  }

  function draw() {
    document.getElementById("rows").replaceChildren(...chosen.slice(0, shown).map(line));
    document.getElementById("shown").textContent =
      chosen.length ? words.shown.replace("{}", chosen.length) : words.nothing;
    const more = document.getElementById("more");
    const left = Math.min(PAGE, chosen.length - shown);
    more.hidden = left <= 0;
    more.textContent = words.show_more.replace("{}", left);
  }

  const haystack = new Map();
  function holds(claim, needle) {
    if (!haystack.has(claim)) {
      const names = ["subject", "outlet", "title", "value", "before", "quote", "after", "attributed_to"];
      haystack.set(claim, names.map((name) => cell(claim, name)).join(" ").toLowerCase());
    }
    return haystack.get(claim).includes(needle);
  }

  function choose() {
    const needle = document.getElementById("f-text").value.trim().toLowerCase();
    const wanted = { claim_type: "f-type", stance: "f-stance", language: "f-language" };
    const asked = Object.entries(wanted).map(([name, id]) => [name, document.getElementById(id).value]);
    chosen = all.filter(
      (claim) => asked.every(([name, value]) => !value || cell(claim, name) === value) && (!needle || holds(claim, needle))
    );
    if (sorted.key) {
      const name = sorted.key;
      const shownText = { claim_type: data.types, stance: data.names }[name];
      const key = (claim) => (shownText ? shownText[cell(claim, name)] : cell(claim, name));
      const order = (a, b) => (typeof a === "number" ? a - b : collator.compare(a, b));
      chosen.sort((a, b) => (sorted.down ? -1 : 1) * order(key(a), key(b)));
    }
    shown = PAGE;
    draw();
  }

  document.querySelectorAll("#table th").forEach((head) => {
    head.querySelector("button").addEventListener("click", () => {
      const key = head.dataset.key;
      sorted = { key, down: sorted.key === key ? !sorted.down : false };
      document.querySelectorAll("#table th").forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", sorted.down ? "descending" : "ascending");
      choose();
    });
  });
  document.getElementById("filters").addEventListener("input", choose);
  document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("more").addEventListener("click", () => {
    shown += PAGE;
    draw();
  });

  const dialog = document.getElementById("claim");
  function open(claim) {
    document.getElementById("claim-kind").textContent = data.types[cell(claim, "claim_type")];
    document.getElementById("claim-title").textContent = cell(claim, "subject");
    document.getElementById("claim-value").textContent = cell(claim, "value");
    const sentence = document.getElementById("claim-sentence");
    sentence.lang = cell(claim, "language");
    sentence.replaceChildren(cell(claim, "before"), make("mark", cell(claim, "quote")), cell(claim, "after"));
    const facts = document.getElementById("claim-facts");
    facts.replaceChildren();
    const tell = (name, content) => {
      const box = make("dd");
      box.append(content);
      facts.append(make("dt", words[name]), box);
    };
    const source = cell(claim, "title") || cell(claim, "source");
    let article = make("span", source);
    if (/^https?:\/\//.test(cell(claim, "href") || "")) {
      article = make("a", source);
      article.href = cell(claim, "href");
      article.rel = "noopener noreferrer nofollow";
    }
    tell("source", article);
    if (cell(claim, "title")) tell("place", cell(claim, "source"));
    if (cell(claim, "printed_by")) tell("outlet", cell(claim, "printed_by"));
    tell("date", cell(claim, "day"));
    tell("attributed_to", cell(claim, "attributed_to") || words.no_one);
    tell("modality", data.names[cell(claim, "modality")]);
    const power = Math.abs(cell(claim, "slip_power") || 0);
    tell("stance", power ? words.slip_note.replace("{}", "1" + "0".repeat(power)) : data.names[cell(claim, "stance")]);
    tell("language", data.languages[cell(claim, "language")]);
    tell("confidence", percent.format(cell(claim, "confidence")));
    if (!dialog.open) dialog.showModal();
  }

  function follow() {
    const claim = location.hash.startsWith("#c-") ? claims.get(location.hash.slice(3)) : undefined;
    if (claim) open(claim);
    else if (dialog.open) dialog.close();
  }
  // A click is taken here, so that closing and opening the same claim again works and the page does not jump.
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a.num");
    const claim = link && claims.get(link.getAttribute("href").slice(3));
    if (claim) {
      event.preventDefault();
      open(claim);
    } else if (event.target === dialog) dialog.close();
  });
  window.addEventListener("hashchange", follow);
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details").forEach((one) => (one.open = true));
  });
  draw();
  follow();
})();
