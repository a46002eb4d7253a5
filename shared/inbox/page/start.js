// A conversation that an agent begins. Fetched when somebody does.
import { el, $, held, hold, say } from "/page/dom.js";
import { t } from "/page/words.js";
import { api, call } from "/page/api.js";
import { state, attempt } from "/page/main.js";
import { show } from "/page/letter.js";

/** startConversation asks from which channel, to whom and about what, and opens the case that it makes. */
export function startConversation() {
	const channels = [...state.channels.values()].filter((c) => c.isOutboundEnabled && !c.isDeleted);
	if (!channels.length) return show(t("start"), el("p", {}, t("start.none")));
	const key = crypto.randomUUID?.() || `${Date.now()}-${Math.random()}`;
	const line = (id, label, more) => el("label.wide", {}, label, el("input", { type: "text", id, autocomplete: "off", ...more }));
	const error = el("p.bad", { role: "alert" }), button = el("button.main", { type: "submit" }, t("send"));
	const people = (id, more) => $(id).value.split(/[,;\s]+/).filter(Boolean).map((a) => ({ idOnExternalPlatform: a, ...more }));
	const form = el("form.start", {
		onkeydown: (e) => { if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) { e.preventDefault(); form.requestSubmit(); } },
		onsubmit: async (e) => {
			e.preventDefault();
			if (held(button)) return;
			hold(button, true);
			error.textContent = "";
			try {
				const text = $("start-text").value;
				const out = await call("POST", `${api}/channels/${encodeURIComponent($("start-from").value)}/outbound`, {
					title: $("start-title").value, messageContent: { type: "TEXT", payload: $("start-markdown").checked ? { markdown: text } : { text } },
					recipients: [...people("start-to", { isPrimary: true }), ...people("start-cc", { isPrimary: false })],
				}, { "Idempotency-Key": key });
				dialog.close();
				say(t("answer.queued"));
				location.hash = `#/inbox/${out.consumerContact.id}`;
			} catch (err) {
				error.textContent = err.message;
				hold(button, false);
			}
		},
	},
	el("label.wide", {}, t("from"), el("select", { id: "start-from" }, channels.map((c) => el("option", { value: c.id }, `${c.name} <${c.idOnExternalPlatform}>`)))),
	line("start-to", t("to.line"), { required: true }), line("start-cc", t("cc")), line("start-title", t("start.subject"), { required: true, maxlength: "200" }),
	el("label.wide", {}, t("start.text"), el("textarea", { id: "start-text", rows: "8", required: true })),
	el("label.check", {}, el("input", { type: "checkbox", id: "start-markdown", checked: localStorage.getItem("guichet.markdown") === "yes" }), t("markdown")),
	error, el("div.row", {}, button, el("span.small.hint-keys", {}, el("kbd", {}, "Ctrl"), " + ", el("kbd", {}, "Enter"))));
	const dialog = show(t("start"), form);
	$("start-to").focus();
	return attempt(() => dialog);
}
