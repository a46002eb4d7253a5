// Messaging channels: what a middleware of the organisation's own brings. Its secret and its token are shown once or never.
import { el, keep, say } from "/page/dom.js";
import { t, when } from "/page/words.js";
import { api, call, get } from "/page/api.js";
import { attempt, name as nameOf, refreshChannels } from "/page/main.js";
import { ask, copier, field, form, input, pick, table, tick } from "/page/settings-form.js";

const path = (id, what) => `/guichet/channels/${encodeURIComponent(id)}/${what}`;
const media = () => ["chat", "messaging"].map((m) => [m, t(`set.boxes.${m}`)]);

export async function show(node, rest, link) {
	if (rest === "new") return makeOne(node, link);
	const all = (await get(`${api}/channels?settings=1&orderBy=name`)).filter((c) => c.media !== "email");
	const ch = all.find((c) => c.id === rest);
	if (ch) return showOne(node, ch, link);
	const boxes = await Promise.all(all.map((c) => get(path(c.id, "box")).catch(() => null)));
	keep(node, el("p", {}, t("set.boxes.what")), el("p.row", {}, el("a", { href: link("new"), "data-key": "new" }, t("set.boxes.new"))),
		table(t("set.boxes"), ["channel", "medium", "way", "token"].map((h) => t(`set.boxes.${h}`)), all.map((c, i) => [el("a", { href: link(c.id), "data-key": `box-${c.id}` }, c.name || c.id), t(`set.boxes.${c.media}`),
			boxes[i]?.url || t("set.boxes.noway"), t(boxes[i]?.hasToken ? "set.boxes.hastoken" : "set.boxes.notoken")]), t("set.boxes.none")));
}

async function makeOne(node, link) {
	const queues = (await get(`${api}/routing-queues?size=500`)).map((q) => [q.id, q.name]);
	const save = async (v) => {
		const page = v.way === "page", made = await call("POST", `${api}/channels`, { name: v.name, realExternalPlatformId: page ? "chat" : v.realExternalPlatformId || "custom", media: page ? "chat" : v.media, settings: { skill: v.skill } });
		await refreshChannels();
		say(t("set.saved"));
		location.hash = link(made.id);
	};
	keep(node, el("p", {}, el("a", { href: link("") }, "← ", t("set.boxes"))), el("h3", {}, t("set.boxes.new")),
		form({ save, submit: t("set.boxes.make"), label: t("set.boxes.new") },
			field(t("set.f.name"), input("name", "", { required: true, maxlength: "100" }), t("set.f.name.hint")),
			field(t("set.boxes.kind"), pick("way", "page", [["page", t("set.boxes.kind.page")], ["own", t("set.boxes.kind.own")]], { onchange: (e) => { for (const n of ["media", "realExternalPlatformId"]) e.target.form.elements[n].closest(".field").hidden = e.target.value === "page"; } })),
			field(t("set.boxes.medium"), pick("media", "chat", media()), t("set.boxes.medium.hint")),
			field(t("set.boxes.platform"), input("realExternalPlatformId", "custom", { maxlength: "40", spellcheck: "false", autocapitalize: "none" }), t("set.boxes.platform.hint")),
			field(t("set.f.skill"), pick("skill", queues[0]?.[0], queues), t("set.f.skill.hint"))));
	node.querySelector("[name=way]").dispatchEvent(new Event("change"));
}

async function showOne(node, ch, link) {
	const box = await get(path(ch.id, "box")), again = () => showOne(node, ch, link), at = location.origin + box.messagesPath;
	if (box.pagePath) return showPage(node, ch, box, again, link);
	const save = async (v) => {
		Object.assign(box, await call("PUT", path(ch.id, "box"), { ...v, version: box.version }));
		await again();
		say(t("set.saved"));
	};
	keep(node, el("p", {}, el("a", { href: link("") }, "← ", t("set.boxes"))), el("h3", {}, ch.name || ch.id, " ", el("span.small", {}, t(`set.boxes.${ch.media}`))),
		el("p", {}, el("a", { href: `#/settings/channels/${encodeURIComponent(ch.id)}` }, t("set.boxes.more"))),
		el("h3", {}, t("set.boxes.in")), el("p", {}, t("set.boxes.in.what"), " ", el("code", {}, `POST ${at}`), " ", copier(at, t("set.boxes.in"))), token(ch, box, again),
		el("h3", {}, t("set.boxes.out")), el("p", {}, t(box.url ? "set.boxes.out.on" : "set.boxes.out.off")),
		form({ save, label: ch.name || ch.id },
			field(t("set.boxes.url"), input("url", box.url, { type: "url", spellcheck: "false" }), t("set.boxes.url.hint")),
			field(t("set.boxes.auth"), input("authorizationUrl", box.authorizationUrl, { type: "url", spellcheck: "false" }), t("set.boxes.auth.hint")),
			field(t("set.boxes.client"), input("clientId", box.clientId, { spellcheck: "false", autocapitalize: "none" })),
			field(t("set.boxes.secret"), el("input", { type: "password", name: "clientSecret", value: "", autocomplete: "new-password" }), t(box.hasClientSecret ? "set.boxes.secret.kept" : "set.boxes.secret.hint")),
			field(t("set.boxes.invite"), input("invitationUrl", box.invitationUrl, { type: "url", spellcheck: "false" }), t("set.boxes.invite.hint"))),
		box.version > 0 && el("p.small", {}, t("set.relays.changed", { who: nameOf(box.by), time: when(box.changedAt) })));
}

/** showPage is a chat on a page of the house's own: where that is, and whether contacts are invited to it. */
function showPage(node, ch, box, again, link) {
	const at = location.origin + box.pagePath, save = async (v) => {
		await call("PUT", path(ch.id, "box"), { invitationUrl: v.invites ? at : "", version: box.version });
		await again();
		say(t("set.saved"));
	};
	keep(node, el("p", {}, el("a", { href: link("") }, "← ", t("set.boxes"))), el("h3", {}, ch.name || ch.id, " ", el("span.small", {}, t("set.boxes.kind.page"))),
		el("p", {}, el("a", { href: `#/settings/channels/${encodeURIComponent(ch.id)}` }, t("set.boxes.more"))),
		el("p", {}, t("set.boxes.page"), " ", el("a", { href: at, target: "_blank", rel: "noopener", id: "chat-page" }, at), " ", copier(at, t("set.boxes.page"))), el("p", {}, t("set.boxes.page.on")),
		form({ save, label: ch.name || ch.id }, field(t("set.boxes.invites"), tick("invites", box.invitationUrl !== ""), t("set.boxes.invites.hint"))));
}

/** token is where a channel's token is made, shown once, and withdrawn. */
function token(ch, box, again) {
	const out = el("div", { role: "status" });
	const make = async () => {
		if (box.hasToken && !await ask(t("set.boxes.token.sure"), t("set.boxes.token.new"))) return;
		const made = await attempt(() => call("POST", path(ch.id, "token")));
		if (!made) return;
		box.hasToken = true;
		box.version++;
		keep(out, el("p", {}, t("set.boxes.token.once")), el("p", {}, el("code.token", { id: "token" }, made.token), " ", copier(made.token, t("set.boxes.token"))));
	};
	const drop = async () => {
		if (!await ask(t("set.boxes.token.drop.sure"), t("set.boxes.token.drop"))) return;
		await attempt(() => call("DELETE", path(ch.id, "token")), t("set.saved"));
		await again();
	};
	return el("div", {}, el("p", {}, t(box.hasToken ? "set.boxes.token.there" : "set.boxes.token.none")), el("div.row", {}, el("button", { type: "button", "data-key": "token-new", onclick: make }, t("set.boxes.token.new")),
		box.hasToken && el("button", { type: "button", "data-key": "token-drop", onclick: drop }, t("set.boxes.token.drop"))), out);
}
