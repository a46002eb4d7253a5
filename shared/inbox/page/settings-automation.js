// What the panels of scripts and rules share: the editor of a document with its mistakes, the dry run, the list of names.
import { el, held, hold, keep, say } from "/page/dom.js";
import { t, full, when } from "/page/words.js";
import { call, get } from "/page/api.js";
import { table } from "/page/settings-form.js";
import { steps, rule } from "/page/trace.js";

export const base = "/guichet/automation";

/** send sends a document as it is written, so that the house can say in which line it is wrong. */
export const send = (method, path, text) => call(method, path, true, {}, (p, init) => fetch(p, { ...init, body: text }));

/** pretty writes a document for people. */
export const pretty = (doc) => JSON.stringify(doc, null, "  ");

/**
 * editor is a text with line numbers of its mistakes and a reading of it beside. read(doc) shows the document, actions are buttons [label, work(text), main].
 * work may return what to say.
 */
export function editor({ label, text, read, actions }) {
	const area = el("textarea.document", { rows: "24", spellcheck: "false", autocomplete: "off", "aria-label": label, "aria-describedby": "doc-bad", value: text });
	const bad = el("ul.bad", { id: "doc-bad" }), state = el("p.state", { role: "status" }), reading = el("div.reading", { "aria-label": t("set.auto.reading"), role: "region" });
	const draw = () => {
		try { keep(reading, read(JSON.parse(area.value))); } catch { keep(reading, el("p.small", {}, t("set.auto.unread"))); }
	};
	area.addEventListener("input", () => { state.textContent = ""; draw(); });
	area.addEventListener("keydown", (e) => {
		if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) { e.preventDefault(); buttons[0].click(); }
	});
	const buttons = actions.map(([name, work, main]) => el(main ? "button.main" : "button", { type: "button", "data-key": `do ${name}`, onclick: async (e) => {
		if (held(e.target)) return;
		bad.replaceChildren();
		area.removeAttribute("aria-invalid");
		state.className = "state";
		state.textContent = t("set.saving");
		hold(e.target, true);
		try {
			const said = (await work(area.value)) || t("set.saved"), now = area.isConnected ? state : document.querySelector(".panel .editor + .row .state");
			if (now) now.textContent = said;
			if (now !== state) say(said); // it was drawn again meanwhile
		} catch (err) {
			state.textContent = "";
			mistakes(area, bad, err);
		}
		hold(e.target, false);
	} }, name));
	draw();
	return el("div", {}, el("div.editor", {}, el("div", {}, area, bad), reading), el("div.row", {}, buttons, state));
}

/** mistakes lists what is wrong, each with a button that goes to its line. */
function mistakes(area, node, err) {
	const all = err.all?.length ? err.all : [{ message: err.message, parameters: {} }];
	area.setAttribute("aria-invalid", "true");
	keep(node, all.map((e) => {
		const line = e.field === "body" || !e.field ? Number(e.parameters.line || 0) : lineOf(area.value, e.field);
		const place = e.parameters.column && e.field !== "body" ? ` (${t("set.auto.column", { n: e.parameters.column })})` : "";
		return el("li", {}, line ? el("button", { type: "button", onclick: () => goTo(area, line) }, t("set.auto.line", { n: String(line) })) : null, " ", e.message, place);
	}));
	say(all[0].message);
}

function goTo(area, line) {
	const lines = area.value.split("\n"), from = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
	area.focus();
	area.setSelectionRange(from, from + lines[line - 1].length);
	area.scrollTop = Math.max(0, (line - 5) * (area.scrollHeight / lines.length));
}

/** lineOf finds the line of a field of a JSON text by its path, as steps[2].do[0].skill; that of what is around it where it is not there. 0: not found. */
export function lineOf(text, path) {
	const want = path.replace(/\[(\d+)\]/g, ".$1").split(".").filter(Boolean);
	let i = 0, best = [0, 0];
	const space = () => { while (/\s/.test(text[i] || "")) i++; };
	const string = () => { const from = i++; while (i < text.length && text[i] !== '"') i += text[i] === "\\" ? 2 : 1; i++; try { return JSON.parse(text.slice(from, i)); } catch { return ""; } };
	const note = (at, deep) => { if (deep > best[0]) best = [deep, text.slice(0, at).split("\n").length]; };
	const value = (deep) => { // deep: how much of the path leads here; -1: another way
		space();
		const open = text[i];
		if (open === '"') return string();
		if (open !== "{" && open !== "[") { while (i < text.length && !/[\s,\]}]/.test(text[i])) i++; return null; }
		i++;
		for (let n = 0; i < text.length; n++) {
			space();
			if (text[i] === "}" || text[i] === "]") { i++; return null; }
			const at = i, key = open === "{" ? string() : String(n);
			if (open === "{") { space(); i++; }
			const on = deep >= 0 && want[deep] === key ? deep + 1 : -1;
			space();
			if (on > 0) note(open === "{" ? at : i, on);
			value(on);
			space();
			if (text[i] === ",") i++;
			else if (text[i] !== "}" && text[i] !== "]") return null;
		}
		return null;
	};
	value(0);
	return best[1];
}

/** dryRun is a form that runs a change against what happened. trial(text) makes the change of the text; choose: further controls. */
export function dryRun(trial, choose) {
	const days = el("input", { type: "number", id: "dry-days", min: "1", max: "90", value: "30" });
	const out = el("div", { "aria-live": "polite" }), state = el("p.state", { role: "status" });
	let run = 0;
	const go = el("button", { type: "button", onclick: async () => {
		const mine = ++run, sum = { cases: 0, judged: 0, other: 0, counts: [], examples: [] };
		try {
			const change = { ...trial(), days: Number(days.value) };
			for (let cursor = ""; mine === run;) {
				const page = await call("POST", `${base}/dry-run`, { ...change, cursor });
				add(sum, page);
				state.textContent = page.cursor ? t("set.dry.going", { n: String(sum.cases), left: String(page.left) }) : t("set.dry.done", { n: String(sum.cases) });
				keep(out, found(sum));
				if (!(cursor = page.cursor)) break;
			}
		} catch (err) { state.textContent = err.message || String(err); }
	} }, t("set.dry.run"));
	const stop = el("button", { type: "button", onclick: () => { run++; state.textContent = t("set.dry.stopped"); } }, t("set.dry.stop"));
	return el("details.group", {}, el("summary", {}, t("set.dry")), el("p.small", {}, t("set.dry.what")),
		el("div.row", {}, choose, el("label", { for: "dry-days" }, t("set.dry.days")), days, go, stop), state, out);
}

function add(sum, page) {
	for (const k of ["cases", "judged", "other"]) sum[k] += page[k];
	for (const c of page.counts) {
		const same = sum.counts.find((o) => o.what === c.what && o.from === c.from && o.to === c.to);
		if (same) same.n += c.n; else sum.counts.push({ ...c });
	}
	sum.counts.sort((a, b) => b.n - a.n);
	for (const e of page.examples) if (sum.examples.filter((o) => o.what === e.what && o.from === e.from && o.to === e.to).length < 5) sum.examples.push(e);
}

const found = (sum) => [
	el("p", {}, t("set.dry.sum", { other: String(sum.other), judged: String(sum.judged) })),
	sum.counts.length > 0 && table(t("set.dry.counts"), ["set.dry.of", "set.dry.from", "set.dry.to", "set.dry.n"].map((k) => t(k)), sum.counts.map((c) => [t(`set.dry.${c.what}`), c.from || "–", c.to || "–", String(c.n)])),
	sum.examples.length > 0 && el("ul.examples", {}, sum.examples.map((e) => el("li", {}, el("a", { href: `#/recent/${e.case}` }, e.case), ` ${t(`set.dry.${e.what}`)}: ${e.from || "–"} → ${e.to || "–"}`,
		e.steps?.length ? el("ul.trace", {}, steps(e.steps)) : null, e.asked ? el("ul.trace", {}, rule(e.asked)) : null))),
];

/** names lists what conditions may speak of. */
export function names(rules) {
	const node = el("div");
	return el("details.group", { ontoggle: async () => {
		if (node.firstChild) return;
		const v = await get(`${base}/vocabulary`);
		keep(node, table(t("set.auto.names"), ["set.auto.name", "set.auto.type", "set.auto.about"].map((k) => t(k)),
			v.names.filter((n) => rules || !n.rulesOnly).map((n) => [el("code", {}, n.name), n.type, n.about])),
		el("p.small", {}, t("set.auto.skills"), v.skills.join(", ")), rules && el("p.small", {}, t("set.auto.facts"), v.facts.join(", ")));
	} }, el("summary", {}, t("set.auto.names")), el("p.small", {}, t("set.auto.cel")), node);
}

/** versions lists the versions of a document: show(n) loads one into the editor. */
export const versions = (list, active, show, more) => table(t("set.auto.versions"), ["set.auto.version", "set.auto.by", "set.auto.at", "set.auto.do"].map((k) => t(k)),
	list.map((v) => [v.version === active ? t("set.auto.active", { n: String(v.version) }) : String(v.version), v.by, el("time", { datetime: v.at, title: full(v.at) }, when(v.at)),
		el("span.row", {}, el("button", { type: "button", "aria-label": t("set.auto.show.n", { n: String(v.version) }), onclick: () => show(v.version) }, t("set.auto.show")), more?.(v))]));

/** doing says an action in words. */
export function doing(a) {
	const kind = ["skill", "priority", "tag", "untag", "field", "reply", "note", "status", "popurl"].find((k) => k in a);
	if (!kind) return JSON.stringify(a);
	const to = kind === "field" ? `${a.field} = ${a.expr || JSON.stringify(a.value)}` : String(a[kind]);
	return t(`trace.do.${kind}`, { to, from: kind === "untag" ? to : "" });
}
