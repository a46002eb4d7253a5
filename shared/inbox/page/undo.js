// Answers that have not left: taken back within the seconds that the channel gives, put off, or sent at once.
import { $, el, say } from "/page/dom.js";
import { t, when } from "/page/words.js";
import { call } from "/page/api.js";
import { attempt, tick } from "/page/main.js";

let last = null, timer = 0;

const schedule = (id) => `/guichet/messages/${encodeURIComponent(id)}/schedule`;

/** offerUndo counts down the seconds in which an answer can be taken back, and has it leave when they are over. back(text) gets its words. */
export function offerUndo(m, text, back) {
	endUndo();
	if (m.delivery?.state !== "scheduled") return;
	const whole = new Date(m.scheduledAt) - new Date(m.createdAt), begun = performance.now(); // by the house's clock alone: this one may be wrong
	const left = () => Math.ceil((whole - (performance.now() - begun)) / 1000);
	if (left() > 90) return say(t("scheduled.said", { time: when(m.scheduledAt) }));
	const count = el("span", { role: "timer" });
	const bar = el("div.undo", { id: "undo", role: "group", "aria-label": t("undo.what") }, count, el("button.main", { type: "button", id: "undo-go", onclick: undo }, t("undo")), el("button", { type: "button", onclick: leave }, t("send.now")));
	last = { id: m.id, text, back };
	document.querySelector(".compose")?.prepend(bar);
	say(t("undo.said", { n: left() }));
	const step = () => {
		if (!bar.isConnected) return endUndo();
		if (left() <= 0) return leave();
		count.textContent = t("undo.left", { n: left() });
		timer = setTimeout(step, 500);
	};
	step();
}

function endUndo() {
	clearTimeout(timer);
	last = null;
	$("undo")?.remove();
}

/** undo takes the newest answer back; its words are in the box again. false if there is none. */
export async function undo() {
	if (!last) return false;
	const { id, text, back } = last;
	endUndo();
	if (await attempt(() => call("DELETE", schedule(id)), t("undo.done"))) back(text);
	tick();
	return true;
}

export const canUndo = () => Boolean(last);

/** leave has the answer go at the end of its seconds: the house does so by itself, too, within the minute. */
async function leave() {
	if (!last) return;
	const { id } = last;
	endUndo();
	await call("POST", `/guichet/messages/${encodeURIComponent(id)}/send-now`).catch(() => {});
	tick();
}

/** waitingNode is what can be done with a message that waits to leave. */
export function waitingNode(m) {
	const act = (method, path, body, said) => attempt(() => call(method, path, body), t(said)).then(tick);
	const at = el("input", { type: "datetime-local", "aria-label": t("later.change") });
	return el("span.waiting", {}, t("leaves", { time: when(m.scheduledAt) }), " ",
		el("button.plain", { "data-key": `back-${m.id}`, onclick: () => act("DELETE", schedule(m.id), undefined, "undo.done") }, t("take.back")),
		el("button.plain", { "data-key": `now-${m.id}`, onclick: () => act("POST", `/guichet/messages/${m.id}/send-now`, undefined, "answer.queued") }, t("send.now")),
		at, el("button.plain", { "data-key": `at-${m.id}`, onclick: () => (at.value ? act("PUT", schedule(m.id), { scheduledAt: new Date(at.value).toISOString() }, "done") : at.focus()) }, t("later.change")));
}

