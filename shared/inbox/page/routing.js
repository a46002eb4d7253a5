// What a case says of its way to an agent: the offer that waits for a yes or no, and why it went where it is. Fetched when it is needed.
import { el, keep, say } from "/page/dom.js";
import { t, when, full, span } from "/page/words.js";
import { get } from "/page/api.js";
import { name, personField, state } from "/page/main.js";

let ticking = 0, told = "", shown = "";

/** showOffer draws the offer of a case with its two answers, and counts down. Mine: it is offered to who looks. */
export function showOffer(node, c, mine, act) {
	clearInterval(ticking);
	const o = c.offer;
	if (!o) return keep(node);
	if (!mine) return keep(node, el("p.small", {}, t("offer.of", { who: name(o.agentId) })));
	const left = () => Math.max(0, Math.round((new Date(o.until) - Date.now()) / 1000));
	const clock = el("strong", { role: "timer", "aria-live": "off" });
	keep(node, el("div.offer", { role: "group", "aria-label": t("offer.title") }, el("p", {}, t("offer.title"), " ", clock),
		el("button.main", { "data-key": "accept", "aria-keyshortcuts": "y", onclick: () => act("acceptance") }, t("offer.accept")),
		el("button", { "data-key": "reject", "aria-keyshortcuts": "x", onclick: () => act("rejection") }, t("offer.reject"))));
	const draw = () => {
		const s = left();
		clock.textContent = s > 120 ? t("left", { time: span(s * 1000) }) : t("offer.left", { s });
		if (s === 0) clock.textContent = t("offer.over");
		if (s === 10) say(t("offer.left", { s }));
		if (s === 0 || !clock.isConnected) clearInterval(ticking);
	};
	if (told !== c.id + o.until) say(`${t("offer.title")} ${t("offer.left", { s: left() })}`);
	told = c.id + o.until;
	ticking = setInterval(draw, 1000);
	draw();
}

/** showPop offers the page of another system that belongs to the case. A browser lets nothing come up by itself: it is announced once, and one key away. */
export function showPop(node, c) {
	if (!c.popUrl) return keep(node);
	const host = new URL(c.popUrl).host;
	keep(node, el("div.offer", { role: "group", "aria-label": t("pop.title") }, el("p", {}, t("pop.title")),
		el("a.button", { "data-key": "pop", href: c.popUrl, target: "_blank", rel: "noopener noreferrer", "aria-keyshortcuts": "p" }, t("pop.open", { host }))));
	if (shown !== c.id + c.popUrl) say(`${t("pop.title")} ${host}`);
	shown = c.id + c.popUrl;
}

/** showWhy fills node with why the case is with its agent, and who would get it now; of many agents a page at a time, or the one who is asked for. */
export async function showWhy(node, id) {
	const path = `/guichet/contacts/${encodeURIComponent(id)}/routing`, w = await get(path), others = [...w.now.considered];
	let token = w.scrollToken;
	const considered = (list) => list.length > 0 && el("ul", {}, list.map((one) => el("li", {}, name(one.agentId), ": ", one.why)));
	const time = (h) => h.at && el("time.small", { datetime: h.at, title: full(h.at) }, when(h.at), " ");
	const chosen = (h) => [el("p", {}, time(h), h.agentId && el("strong", {}, name(h.agentId), ": "), h.reason), considered(h.considered)];
	const way = (h) => (["case.assigned", "case.offered"].includes(h.event) ? chosen(h) : el("p", {}, time(h),
		h.event === "script.ran" ? t("why.agent.script", { script: h.from, skill: h.to }) : t(`fact.${h.event}`, { by: name(h.by), agent: name(h.agentId), from: h.event === "case.returned" ? name(h.from) : h.from, to: h.to }), h.reason && el("span.reason", {}, h.reason)));
	const waits = w.waitsForAgentId && el("p", {}, t("why.agent.waits", { who: name(w.waitsForAgentId), time: when(w.looksAgainAt) }));
	const more = async () => {
		const page = await get(`${path}?scrollToken=${encodeURIComponent(token)}`);
		others.push(...page.now.considered.filter((o) => !others.some((h) => h.agentId === o.agentId)));
		token = page.scrollToken;
		draw();
	};
	const one = async (e) => {
		e.preventDefault();
		const said = await get(`${path}?agent=${encodeURIComponent(document.getElementById("why-whom").value.trim())}`).catch((err) => ({ now: { considered: [{ agentId: "", why: err.message }] } }));
		keep(answer, considered(said.now.considered));
	};
	const answer = el("div", { role: "status" });
	const draw = () => keep(node, waits, w.past.length > 0 && el("h3", {}, t("why.agent.past")), w.past.map(way), el("h3", {}, t("why.agent.now")), chosen({ ...w.now, considered: others }),
		token && el("button", { type: "button", "data-key": "why-more", onclick: more }, t("more")),
		state.many && el("form.join", { onsubmit: one }, personField("why-whom", t("why.agent.whom")), el("button", { type: "submit" }, t("why.agent.ask"))), answer);
	draw();
}
