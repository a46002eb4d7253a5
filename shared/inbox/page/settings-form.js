// Forms and tables of the settings. A form is made of fields; what the house refuses is shown at the field that it names.
import { el, held, hold, say } from "/page/dom.js";
import { t } from "/page/words.js";

/** field puts a label, a hint and a place for an error around a control. Its name is the field's on the wire: errors find it by that. */
export function field(label, control, hint) {
	const name = control.getAttribute("name"), id = control.id || `f-${name}`; // two forms with a field of one name on one panel: give one an id
	control.id = id;
	control.setAttribute("aria-describedby", `${id}-hint ${id}-bad`);
	const check = control.type === "checkbox", text = el("label", { for: id }, label);
	return el(`div.field${check ? ".tick" : ""}`, { "data-field": name },
		check ? [control, text] : [text, control], el("p.small", { id: `${id}-hint` }, hint), el("p.bad", { id: `${id}-bad` }));
}

/** input, number, area, tick and pick are controls; more are further attributes. An area marked "data-list" gives a list of its lines. */
export const input = (name, value, more) => el("input", { type: "text", name, value: value ?? "", autocomplete: "off", ...more });
export const number = (name, value, more) => el("input", { type: "number", name, value: value ?? "", ...more });
export const area = (name, value, more) => el("textarea", { name, value: Array.isArray(value) ? value.join("\n") : value ?? "", rows: "5", ...more, ...(Array.isArray(value) ? { "data-list": true } : {}) });
export const tick = (name, value, more) => el("input", { type: "checkbox", name, checked: !!value, ...more });

/** pick chooses one of [value, text] pairs (or of plain values). */
export function pick(name, value, options, more) {
	const node = el("select", { name, ...more }, options.map((o) => (Array.isArray(o) ? o : [o, o])).map(([v, text]) => el("option", { value: v, selected: v === (value ?? "") }, text)));
	return node;
}

/** values reads what a form holds, by name: texts, numbers (none when empty), true and false, lists. */
export function values(form) {
	const out = {};
	for (const n of form.elements) {
		if (!n.name || n.disabled) continue;
		if (n.type === "checkbox") out[n.name] = n.checked;
		else if (n.type === "radio") { if (n.checked) out[n.name] = n.value; }
		else if (n.type === "number") out[n.name] = n.value === "" ? null : Number(n.value);
		else if ("list" in n.dataset) out[n.name] = n.value.split("\n").map((s) => s.trim()).filter(Boolean);
		else out[n.name] = n.value;
	}
	return out;
}

/**
 * form is a form with its saving state. save(values, form) does the work and may return what to say; what it throws is shown at the field that it names, else below.
 * Ctrl Enter saves. {save, submit: label of the button, more: further buttons}
 */
export function form({ save, submit, more, label }, ...fields) {
	const state = el("p.state", { role: "status" });
	const button = el("button.main", { type: "submit", "data-key": `save ${label || ""}` }, submit || t("set.save"));
	const told = (text) => { // the form may have been drawn again meanwhile
		const now = node.isConnected ? state : [...document.querySelectorAll(".settings-form")].find((f) => f.getAttribute("aria-label") === label)?.querySelector(".state");
		if (now) now.textContent = text;
		if (now !== state) say(text);
	};
	const node = el("form.settings-form", {
		"aria-label": label, novalidate: true,
		oninput: () => { state.textContent = ""; },
		onkeydown: (e) => { if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) { e.preventDefault(); node.requestSubmit(); } },
		onsubmit: async (e) => {
			e.preventDefault();
			if (held(button)) return;
			clear(node);
			hold(button, true);
			state.className = "state";
			state.textContent = t("set.saving");
			try {
				const said = await save(values(node), node);
				told(said || t("set.saved"));
			} catch (err) {
				state.textContent = "";
				refuse(node, state, err);
			}
			hold(button, false);
		},
	}, ...fields, el("div.row", {}, button, more, state));
	return node;
}

/** refuse shows an error at the field it names: the field, or the one that it is a part of ("ticket_formats[1].position"). */
export function refuse(node, state, err) {
	const name = err.field || "", at = name && [...node.querySelectorAll("[data-field]")].find((f) => f.dataset.field === name || name.startsWith(f.dataset.field + "[") || name.startsWith(f.dataset.field + "."));
	if (!at) {
		state.className = "state bad";
		state.textContent = err.message || String(err);
		return;
	}
	const control = at.querySelector("input,select,textarea");
	at.querySelector(".bad").textContent = err.message;
	control.setAttribute("aria-invalid", "true");
	control.focus();
	say(err.message);
}

function clear(node) {
	for (const n of node.querySelectorAll("[aria-invalid]")) n.removeAttribute("aria-invalid");
	for (const n of node.querySelectorAll(".field > .bad")) n.textContent = "";
}

/** table is a table with a caption for those who listen; rows are lists of cells (nodes or texts), the first cell heads its row. */
export function table(caption, heads, rows, empty) {
	if (!rows.length) return el("p.empty", {}, empty || t("set.none"));
	return el("div.wide", { tabindex: "0", role: "region", "aria-label": caption }, el("table.plain-table", {}, el("caption.sr", {}, caption),
		el("thead", {}, el("tr", {}, heads.map((h) => el("th", { scope: "col" }, h)))),
		el("tbody", {}, rows.map((r) => el("tr", {}, r.map((c, i) => (i ? el("td", {}, c) : el("th", { scope: "row" }, c))))))));
}

/** ask asks before something is done that cannot be undone; true is yes. */
export function ask(text, yes) {
	return new Promise((done) => {
		const d = el("dialog", { "aria-label": text }, el("p", {}, text),
			el("div.row", {}, el("button.main", { onclick: () => d.close("yes") }, yes), el("button", { onclick: () => d.close() }, t("set.cancel"))));
		d.addEventListener("close", () => { d.remove(); done(d.returnValue === "yes"); });
		document.body.append(d);
		d.showModal();
	});
}

/** copier is a button that copies a text. */
export const copier = (text, what) => el("button", { type: "button", "aria-label": t("set.copy.what", { what }), onclick: async () => { await navigator.clipboard.writeText(text); say(t("set.copied")); } }, t("set.copy"));

/** fold groups fields under a heading that opens and closes. */
export const fold = (title, open, ...fields) => el("details.group", { open }, el("summary", {}, title), ...fields);
