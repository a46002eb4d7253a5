// Addresses that take no mail: which, why, since when, and the way to lift it.
import { el, keep } from "/page/dom.js";
import { t, has, when } from "/page/words.js";
import { call, get } from "/page/api.js";
import { attempt, name } from "/page/main.js";
import { ask, table } from "/page/settings-form.js";

const path = "/guichet/suppressed";

export async function show(node) {
	let list = [], next = "";
	const more = async () => {
		const page = await get(`${path}?size=50${next ? `&scrollToken=${encodeURIComponent(next)}` : ""}`);
		list.push(...page.data);
		next = page.scrollToken;
		draw();
	};
	const lift = async (p) => {
		if (!await ask(t("set.suppressed.sure", { address: p.address }), t("set.suppressed.lift"))) return;
		if (await attempt(() => call("DELETE", `${path}/${encodeURIComponent(p.address)}`), t("set.suppressed.lifted", { address: p.address })) === undefined) return;
		list = list.filter((q) => q.id !== p.id);
		draw();
	};
	const draw = () => keep(node, el("p", {}, t("set.suppressed.what")),
		table(t("set.suppressed"), [t("set.suppressed.address"), t("set.suppressed.why"), t("set.suppressed.since"), t("case"), t("set.suppressed.do")],
			list.map((p) => [p.address, why(p.addressState), p.addressState.at ? when(p.addressState.at) : "–", p.contactId ? el("a", { href: `#/recent/${p.contactId}` }, p.contactId) : "–",
				el("button", { type: "button", "data-key": `lift-${p.id}`, "aria-label": t("set.suppressed.lift.what", { address: p.address }), onclick: () => lift(p) }, t("set.suppressed.lift"))]), t("set.suppressed.none")),
		next && el("button", { "data-key": "more", onclick: () => attempt(more) }, t("more")));
	await more();
}

function why(s) {
	const key = `stopped.${s.reason}`, before = s.history.filter((b) => b.status === "ok" && b.by).length;
	return el("span", {}, has(key) ? t(key) : s.reason, s.said && el("span.reason.small", {}, ` ${s.said}`), before > 0 && el("span.small", {}, ` ${t("set.suppressed.before", { n: String(before), who: name(s.history.findLast((b) => b.status === "ok").by) })}`));
}
