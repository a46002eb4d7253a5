// The clocks of a case as bars: red is used, grey is left (A022). In the head of the case, and above the reply field, where they are fetched anew when somebody begins to write.
import { el, keep } from "/page/dom.js";
import { t, when, span } from "/page/words.js";
import { get } from "/page/api.js";

/** clocksOf lists the clocks of a case that have a target: [name, clock]. */
export const clocksOf = (c) => [["first", c.firstResponseTime], ["next", c.nextResponseTime], ["resolution", c.solutionTime]].filter(([, k]) => k);

/** nearest is the clock that runs and is due first; none: undefined. */
export const nearest = (c) => clocksOf(c).map(([, k]) => k).filter((k) => !k.alreadyHasValue && !k.breached && !k.paused && k.due).sort((a, b) => a.due.localeCompare(b.due))[0];

/** clockText says a clock in a sentence. */
export function clockText(which, k) {
	const label = t(`clock.${which}`), used = span(k.elapsed_ms), left = span(k.remaining_ms);
	const wall = k.wall_ms - k.elapsed_ms > 60000 ? ` ${t("clock.wall", { wall: span(k.wall_ms) })}` : "";
	return within(label, used, left, k) + wall;
}

function within(label, used, left, k) {
	if (k.alreadyHasValue) return t(k.breached ? "clock.met.late" : "clock.met", { label, time: used });
	if (k.breached) return t("clock.late", { label, time: span(k.elapsed_ms - k.target_ms), due: when(k.breachedAt) });
	if (k.paused) return t("clock.paused", { label, used, left });
	return t("clock.runs", { label, used, left, due: k.due ? when(k.due) : "–" });
}

let told = false;
/** clocks draws the bars of a case, and below them, when somebody opens them, what they stand for: used and left, due, and the time on the wall. */
export const clocks = (list) => list.length > 0 && el("details.clocks", { open: told, ontoggle: (e) => { told = e.currentTarget.open; } },
	el("summary", { "data-key": "clocks" }, bars(list)), el("ul", {}, list.map(([which, k]) => el("li", {}, clockText(which, k), ". ", t("clock.target", { target: span(k.target_ms) })))));

/** bars draws clocks. */
export function bars(list) {
	const out = el("div.bars", {}, list.map(([which, k]) => bar(which, k)));
	for (const n of out.querySelectorAll(".bar span")) n.style.width = n.dataset.part + "%";
	return out;
}

function bar(which, k) {
	const part = Math.min(100, Math.round((100 * k.elapsed_ms) / k.target_ms)), text = clockText(which, k);
	const brief = k.alreadyHasValue ? t(k.breached ? "brief.met.late" : "brief.met", { time: span(k.elapsed_ms) }) : k.breached ? t("brief.late", { time: span(k.elapsed_ms - k.target_ms) })
		: t(k.paused ? "brief.paused" : "left", { time: span(k.remaining_ms) });
	return el(`div.sla${k.breached ? ".late" : ""}${k.paused ? ".paused" : ""}`, { role: "img", "aria-label": text, title: text },
		el("span", {}, t(`clock.${which}`)), el("span.bar", {}, el("span", { "data-part": String(part) })), el("span.left", {}, brief));
}

/** watchWriting shows the clocks as they are now when somebody clicks into the reply field (A023). What fails there is not worth a word: the head shows them, too. */
export async function watchWriting(id, node) {
	let now;
	try {
		now = await get(`/guichet/contacts/${encodeURIComponent(id)}/compose`);
	} catch { return; }
	const list = now.clocks.map((k) => [k.clock, k]);
	keep(node, list.length > 0 && bars(list), el("span.sr", {}, list.map(([which, k]) => clockText(which, k)).join(". ")));
}
