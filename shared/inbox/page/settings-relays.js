// Mail relays: by which channel mail leaves by a server of the organisation's own, and whether that server takes it. A password is written here and shown nowhere.
import { el, held, hold, keep, say } from "/page/dom.js";
import { t, when } from "/page/words.js";
import { api, call, get } from "/page/api.js";
import { attempt, name } from "/page/main.js";
import { ask, field, form, input, number, pick, table, tick } from "/page/settings-form.js";

const path = (id) => `/guichet/channels/${encodeURIComponent(id)}/relay`;
const none = { host: "", port: 587, tls: "starttls", user: "", force_tls: false, hasPassword: false, version: 0, test: null };

export async function show(node, rest, link) {
	const channels = (await get(`${api}/channels`)).filter((c) => c.realExternalPlatformId === "email");
	const ch = channels.find((c) => c.id === rest);
	if (ch) return one(node, ch, link);
	const relays = await Promise.all(channels.map((c) => relayOf(c.id)));
	keep(node, el("p", {}, t("set.relays.what")),
		table(t("set.relays"), [t("set.relays.channel"), t("set.relays.way"), t("set.relays.tested")],
			channels.map((c, i) => [el("a", { href: link(c.id) }, c.name), relays[i] ? `${relays[i].host}:${relays[i].port}` : t("set.relays.house"), relays[i] ? tested(relays[i]) : "–"])));
}

/** relayOf gives a channel's relay; null if it has none, or is none of the reader's to set. */
async function relayOf(id) {
	try { return await get(path(id)); } catch (err) {
		if (err.status === 404 || err.status === 403) return null;
		throw err;
	}
}

const tested = (r) => (r.test ? t(`set.relays.test.${r.test.state}`) : t("set.relays.test.never"));

async function one(node, ch, link) {
	const had = await relayOf(ch.id), relay = had || none, past = await get(`${path(ch.id)}/history`);
	const again = () => one(node, ch, link);
	keep(node, el("p", {}, el("a", { href: link("") }, "← ", t("set.relays"))), el("h3", {}, ch.name, " ", el("span.small", {}, ch.idOnExternalPlatform)),
		el("p", {}, t(had ? "set.relays.on" : "set.relays.off")),
		form({
			label: ch.name,
			save: async (v) => {
				await call("PUT", path(ch.id), { ...v, port: v.port || 0, version: relay.version });
				await again();
				say(t("set.saved"));
			},
			more: had && el("button", { type: "button", "data-key": "relay-remove", onclick: () => remove(ch, again) }, t("set.relays.remove")),
		},
		field(t("set.relays.host"), input("host", relay.host, { spellcheck: "false", autocapitalize: "none" }), t("set.relays.host.hint")),
		field(t("set.relays.tls"), pick("tls", relay.tls, [["starttls", t("set.relays.tls.starttls")], ["implicit", t("set.relays.tls.implicit")]], { onchange: (e) => usual(e.target.form) })),
		field(t("set.relays.port"), number("port", relay.port, { min: "1", max: "65535" })),
		field(t("set.relays.user"), input("user", relay.user, { spellcheck: "false", autocapitalize: "none" }), t("set.relays.user.hint")),
		field(t("set.relays.password"), el("input", { type: "password", name: "password", value: "", autocomplete: "new-password" }), t(relay.hasPassword ? "set.relays.password.kept" : "set.relays.password.hint")),
		field(t("set.relays.force"), tick("force_tls", relay.force_tls), t("set.relays.force.hint"))),
		had && el("h3", {}, t("set.relays.test")), had && trial(ch, had),
		had && el("p.small", {}, t("set.relays.changed", { who: name(had.changedBy), time: when(had.changedAt) })),
		past.data.length > 0 && el("details", {}, el("summary", {}, t("history")), el("ul", {}, past.data.map((f) => el("li", {},
			el("time.small", { datetime: f.createdAt }, when(f.createdAt)), " ", t(`set.relays.was.${f.detail.what || "tried"}`, { by: name(f.by), host: f.detail.host || "" }))))));
}

/** usual puts in the usual port of the other way, where the usual one stands. */
function usual(f) {
	if (["587", "465", ""].includes(f.elements.port.value)) f.elements.port.value = f.elements.tls.value === "implicit" ? "465" : "587";
}

async function remove(ch, again) {
	if (!await ask(t("set.relays.remove.sure", { channel: ch.name }), t("set.relays.remove"))) return;
	await attempt(() => call("DELETE", path(ch.id)), t("set.relays.removed"));
	await again();
}

/** trial is the button that has the relay tried without a mail, and what it found. */
function trial(ch, relay) {
	const found = el("div", { role: "status" });
	const draw = (r) => {
		relay.version = r.version; // the answer of a test is noted in the relay
		keep(found, r.test && el("p", { class: r.test.state === "failed" ? "bad" : "" }, said(r.test)));
	};
	const button = el("button", { type: "button", "data-key": "relay-try", onclick: async () => {
		if (held(button)) return;
		hold(button, true);
		let r = await attempt(() => call("POST", `${path(ch.id)}/test`));
		for (let n = 0; r?.test?.state === "running" && n < 60 && found.isConnected; n++) {
			draw(r);
			await new Promise((done) => setTimeout(done, n < 5 ? 400 : 2000));
			r = await attempt(() => get(path(ch.id)));
		}
		if (r) draw(r);
		hold(button, false);
	} }, t("set.relays.try"));
	draw(relay);
	return el("div", {}, el("p", {}, t("set.relays.test.what")), el("div.row", {}, button), found);
}

function said(x) {
	if (x.state === "running") return t("set.relays.test.running");
	const time = when(x.at);
	if (x.state === "failed") return t("set.relays.found.failed", { time, why: x.reason });
	return [t("set.relays.found.ok", { time }), t(x.secure ? "set.relays.found.secure" : "set.relays.found.insecure"), x.auth && t("set.relays.found.auth", { how: x.auth })].filter(Boolean).join(" ");
}
