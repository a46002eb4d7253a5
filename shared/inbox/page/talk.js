// A case that goes on as a chat: what it is linked to, and the way there (A035).
import { el, say } from "/page/dom.js";
import { t } from "/page/words.js";
import { state } from "/page/main.js";

/** linkedHead is the line of the head that says with which cases this one goes on. */
export function linkedHead(c) {
	return c.linkedContacts.length > 0 && el("p.small.linked", {}, c.linkedContacts.map((l, i) => [i > 0 && " · ",
		el("a", { href: `#/${state.view}/${l.id}`, "data-key": `linked-${l.id}` }, t(`talk.${l.way}`, { channel: l.channelName, case: l.id }))]));
}

/** talkAction is the button by which a case goes on as a chat; nothing where there is no chat to go on in. */
export function talkAction(detail, act) {
	return canTalk(detail) && el("button", { "data-key": "talk", onclick: () => talk(detail, act) }, t("do.talk"));
}

export const canTalk = (detail) => detail.rolePermissions.canReply && detail.escalationChannels.length > 0 && detail.case.status !== "trashed";

/** talk asks where and with which words, and invites the contact. */
export function talk(detail, act) {
	const chats = detail.escalationChannels, c = detail.case;
	const where = el("select", { id: "talk-where", onchange: () => told() }, chats.map((x) => el("option", { value: x.id }, x.name)));
	const text = el("textarea", { id: "talk-text", rows: "4", maxlength: "5000", "aria-describedby": "talk-told" }), how = el("p.small", { id: "talk-told" });
	const told = () => {
		const x = chats.find((one) => one.id === where.value);
		how.textContent = t(x.invites ? "talk.invites" : "talk.tells-nobody");
		text.closest("p").hidden = !x.invites;
	};
	const d = el("dialog", { "aria-labelledby": "talk-title" }, el("form", { method: "dialog", onsubmit: (e) => { e.preventDefault(); d.close("yes"); } },
		el("h2", { id: "talk-title" }, t("do.talk")),
		el("p", { hidden: chats.length < 2 }, el("label", {}, t("talk.where"), " ", where)),
		el("p", {}, el("label", {}, t("talk.words"), " ", text)), how,
		el("div.row", {}, el("button.main", { type: "submit" }, t("talk.go")), el("button", { type: "button", onclick: () => d.close() }, t("more.cancel")))));
	d.addEventListener("close", async () => {
		d.remove();
		if (d.returnValue !== "yes") return;
		const out = await act("POST", `/guichet/contacts/${encodeURIComponent(c.id)}/chat`, { channelId: where.value, text: text.closest("p").hidden ? "" : text.value });
		if (out) say(t(out.messageId ? "talk.invited" : "talk.open", { case: out.contact.id }));
	});
	document.body.append(d);
	told();
	d.showModal();
	(chats.length > 1 ? where : text).focus();
}
