// What a script or rules did to a case, and why, in words: the trace that stands in the history.
import { el } from "/page/dom.js";
import { t, has, full } from "/page/words.js";

/** trace shows the steps of a script or the rules that were asked; nothing for other facts. */
export function trace(f) {
	if (!f.detail.trace) return null;
	let list;
	try { list = JSON.parse(f.detail.trace) || []; } catch { return null; }
	return el("ul.trace", {}, f.event === "rules.ran" ? list.map(rule) : steps(list), end(f));
}

/** steps says how a script went; also of a dry run. */
export const steps = (list) => list.map((s) => el("li", {},
	el("b", {}, s.step), ": ", s.if ? [el("code", {}, s.if), " ", t(s.error ? "trace.error" : s.held ? "trace.held" : "trace.not", { why: s.error || "" })] : t("trace.always"),
	did(s.did), s.wait && el("p", {}, s.wait === "open" ? t("trace.open") : t("trace.wait", { time: s.wait }))));

/** rule says how one rule was answered. */
export const rule = (a) => el("li", {}, t("trace.rule", { rule: a.name || a.rule, version: String(a.version || "") }), " ",
	a.if && [el("code", {}, a.if), " "], t(a.matched ? "trace.matched" : a.why ? "trace.unasked" : "trace.unmatched", { why: a.why || "" }), a.matched && a.why && ` ${a.why}`, did(a.did));

const did = (list) => list?.length ? el("ul", {}, list.map((d) => el("li", {},
	t(`trace.do.${d.kind}`, { from: word(d, d.from), to: word(d, d.to) }), d.same ? ` ${t("trace.same")}` : "", d.result && el("span.bad", {}, ` ${t("trace.undone", { why: d.result })}`)))) : null;

const word = (d, v) => (d.kind === "status" && has(`status.${v}`) ? t(`status.${v}`) : v ?? "–");

function end(f) {
	const d = f.detail;
	if (f.event !== "script.ran") return null;
	return el("li", {}, t(`trace.end.${d.end}`, { skill: d.skill, reason: d.reason || "", until: d.until ? full(d.until) : "" }));
}
