// Channels: the list with its switch, a new one, and all that is set of one.
import { el, keep, say } from "/page/dom.js";
import { t, has, when } from "/page/words.js";
import { api, call, get } from "/page/api.js";
import { name as nameOf, attempt, refreshChannels } from "/page/main.js";
import { area, ask, copier, field, fold, form, input, number, pick, table, tick } from "/page/settings-form.js";

const path = (id) => `${api}/channels/${encodeURIComponent(id)}`;

export async function show(node, rest, link) {
	if (rest === "new") return showNew(node, link);
	return rest ? showOne(node, rest, link) : showAll(node, link);
}

async function showAll(node, link) {
	const list = await get(`${api}/channels?settings=1&orderBy=name`);
	const toggle = (c) => el("span.row", {},
		el("span", { class: c.outbound_enabled ? "on" : "small" }, t(c.outbound_enabled ? "set.outbound.on" : "set.outbound.off")),
		el("button", {
			"data-key": `out-${c.id}`, "aria-label": t(`set.outbound.${c.outbound_action_label}.of`, { name: c.name }),
			onclick: async () => {
				const now = await attempt(() => call("PUT", path(c.id), { settings: { outbound_enabled: !c.outbound_enabled } }), t(c.outbound_enabled ? "set.outbound.off" : "set.outbound.on"));
				if (now) { Object.assign(c, now); draw(); }
			},
		}, t(`set.outbound.${c.outbound_action_label}`)));
	const draw = () => keep(node,
		el("p.row", {}, el("a", { href: link("new"), "data-key": "new" }, t("set.channels.new"))),
		table(t("set.channels"), ["name", "contact", "skill", "outbound"].map((h) => t(`set.channels.${h}`)),
			list.map((c) => [el("a", { href: link(c.id), "data-key": `ch-${c.id}` }, c.name || c.id), c.media === "email" ? c.point_of_contact : t(`set.boxes.${c.media}`), c.settings.skill, toggle(c)]), t("set.channels.none")));
	draw();
}

const skills = async (now) => {
	const all = (await get(`${api}/routing-queues?size=500`)).map((q) => [q.id, q.name]);
	return all.some(([id]) => id === now) || !now ? all : [[now, now], ...all];
};

async function showNew(node, link) {
	const [domains, queues] = await Promise.all([get("/guichet/domains"), skills("")]);
	const contact = el("output", { id: "contact" });
	const local = input("local_part", "", { required: true, maxlength: "64", oninput: () => tell() }), domain = pick("domain", "", domains.data.map((d) => d.domain), { onchange: () => tell() });
	const tell = () => { contact.textContent = local.value.trim() && domain.value ? `${local.value.trim().toLowerCase()}@${domain.value}` : ""; };
	const save = async (v) => {
		const made = await call("POST", `${api}/channels`, { name: v.name, local_part: v.local_part, domain: v.domain, settings: { skill: v.skill } });
		await refreshChannels();
		say(t("set.saved"));
		location.hash = link(made.id);
	};
	keep(node, el("p", {}, el("a", { href: link("") }, "← ", t("set.channels"))), el("h3", {}, t("set.channels.new")),
		!domains.data.length && el("p.bad", {}, t("set.channels.nodomain"), " ", el("a", { href: "#/settings/domains" }, t("set.domains"))),
		form({ save, submit: t("set.channels.make"), label: t("set.channels.new") },
			field(t("set.f.name"), input("name", "", { required: true, maxlength: "100" }), t("set.f.name.hint")),
			field(t("set.f.local_part"), local, t("set.f.local_part.hint")),
			field(t("set.f.domain"), domain, [t("set.f.domain.hint"), " ", el("a", { href: "#/settings/domains" }, t("set.domains"))]),
			el("p", {}, t("set.channels.contact"), ": ", el("strong", {}, contact)),
			field(t("set.f.skill"), pick("skill", queues[0]?.[0], queues), t("set.f.skill.hint"))));
}

const word = (key) => [key, t(`set.v.${key}`)];
const usual = { threading: "prefer_in_reply_to", reopen: "always", reject_notice: "daily" }; // what an empty setting means
const format = ["position", "delimiter", "hidden"];

async function showOne(node, id, link) {
	const ch = await get(path(id)), [tags, queues] = await Promise.all([get(`${api}/tags`), skills(ch.settings?.skill)]);
	if (!ch.settings) return keep(node, el("p.bad", {}, t("set.channels.mayNot")));
	const s = ch.settings, f = s.ticket_format;
	const tip = (key) => (has(`set.f.${key}.hint`) ? t(`set.f.${key}.hint`) : undefined);
	const talks = ch.media !== "email";
	const one = (control) => {
		if (talks && ch.read_only.includes(control.getAttribute("name"))) return null;
		control.disabled ||= ch.read_only.includes(control.getAttribute("name"));
		return field(t(`set.f.${control.getAttribute("name")}`), control, control.disabled ? t("set.channels.elsewhere") : tip(control.getAttribute("name")));
	};
	const lint = el("div", { role: "status", class: "lint" });
	const tried = () => tryFormat(id, node.querySelector("form.settings-form"), lint, f);
	const spam = [["", t("set.v.none")], ...tags.filter((g) => g.version || g.id === s.spam_tag).map((g) => [g.id, g.title])];
	const tracks = "track_opens" in s && one(tick("track_opens", s.track_opens));
	const save = (v, node) => saveOne(ch, v, node);
	keep(node, el("p", {}, el("a", { href: link("") }, "← ", t("set.channels"))), el("h3", {}, ch.name),
		talks ? el("p.row", {}, el("a", { href: `#/settings/boxes/${encodeURIComponent(ch.id)}` }, t("set.boxes.in"), " · ", t("set.boxes.out"))) : el("p.row", {}, t("set.channels.contact"), ": ", el("strong", {}, ch.point_of_contact), copier(ch.point_of_contact, t("set.channels.contact")),
			el("a", { href: `#/settings/domains/${encodeURIComponent(ch.domain)}` }, t("set.channels.dns")), el("a", { href: `#/settings/relays/${encodeURIComponent(ch.id)}` }, t("set.relays"))),
		ch.has_relay && el("p", {}, t("set.channels.relay")),
		ch.isDeleted && el("p.bad", {}, t("set.channels.deleted")),
		form({ save, label: ch.name },
			fold(t("set.g.names"), true, one(input("name", ch.name, { maxlength: "100" })), one(input("display_name", s.display_name, { maxlength: "100" })), one(input("language", s.language, { maxlength: "20", size: "8" }))),
			fold(t("set.g.sending"), true, one(tick("outbound_enabled", s.outbound_enabled)), one(tick("force_tls", s.force_tls)), tracks,
				one(number("undo", s.undo || "", { min: "0" })),
				one(pick("reply_to", s.reply_to, [["", t("set.v.reply.address")], ["address+name", t("set.v.reply.both")], ["ignore", t("set.v.reply.ignore")]])), one(area("acknowledgement", s.acknowledgement))),
			fold(t("set.g.routing"), true, one(pick("skill", s.skill, queues)),
				one(pick("spam_tag", s.spam_tag, spam)), one(pick("spam_skill", s.spam_skill, [["", t("set.v.same")], ...queues])),
				one(number("burst", s.burst || "", { min: "0", placeholder: "30" })), one(number("burst_minutes", s.burst_minutes || "", { min: "0", max: "1440", placeholder: "10" })),
				one(number("max_megabytes", s.max_megabytes || "", { min: "0", max: "40", placeholder: "40" })), one(pick("reject_notice", s.reject_notice || "daily", [["daily", t("set.v.notice.daily")], ["never", t("set.v.notice.never")]]))),
			fold(t("set.g.threading"), false, one(pick("threading", s.threading || "prefer_in_reply_to", [word("prefer_in_reply_to"), word("ignore_in_reply_to")])),
				!talks && el("fieldset", { onchange: tried }, el("legend", {}, t("set.f.ticket_format")), el("p.small", {}, t("set.f.ticket_format.hint")),
					one(pick("position", f.position, [word("suffix"), word("prefix")])), one(pick("delimiter", f.delimiter, [word("none"), word("square"), word("curly")])), one(tick("hidden", f.hidden)), lint),
				one(tick("anyone_with_number", s.anyone_with_number)), one(tick("quoted_text_joins", s.quoted_text_joins)), one(number("subject_window", s.subject_window || "", { min: "0", max: "2592000" })),
				one(pick("reopen", s.reopen || "always", [word("always"), word("never"), word("new-after")])), one(number("reopen_days", s.reopen_days || "", { min: "0" })), one(tick("thanks_stay_closed", s.thanks_stay_closed)))),
		history(ch),
		!ch.isDeleted && el("p.row", {}, el("button", { "data-key": "delete", onclick: () => remove(ch, link) }, t("set.channels.delete"))));
}

/** saveOne sends what changed, on the version that was read. */
async function saveOne(ch, v, node) {
	const settings = {}, was = { ...ch.settings, ...ch.settings.ticket_format };
	for (const k of Object.keys(usual)) was[k] ||= usual[k];
	for (const [k, value] of Object.entries(v)) {
		const now = value === null ? 0 : value;
		if (k !== "name" && !format.includes(k) && now !== (was[k] ?? (typeof now === "boolean" ? false : typeof now === "number" ? 0 : ""))) settings[k] = now;
	}
	if (format.some((k) => k in v && v[k] !== was[k])) settings.ticket_format = { position: v.position, delimiter: v.delimiter, hidden: v.hidden };
	try {
		const now = await call("PUT", path(ch.id), { name: v.name, settings, version: ch.version });
		Object.assign(ch, now);
	} catch (err) {
		if (err.field === "ticket_formats" || err.field?.startsWith("ticket_format.")) err.field = "position";
		if (err.code === "conflict" && err.current) {
			const others = Object.keys(err.current.settings).filter((k) => JSON.stringify(err.current.settings[k]) !== JSON.stringify(ch.settings[k]));
			ch.version = err.current.version;
			err.message = t("set.conflict", { fields: others.map((k) => (has(`set.f.${k}`) ? t(`set.f.${k}`) : k)).join(", ") || t("set.f.name") });
		}
		node.querySelector(`[name="${err.field}"]`)?.closest("details")?.setAttribute("open", "");
		throw err;
	}
	await refreshChannels();
	return t("set.saved.version", { version: ch.version });
}

/** tryFormat says how often the format that is chosen would have read foreign numbers as ours. */
async function tryFormat(id, form, lint, was) {
	const v = Object.fromEntries(format.map((k) => [k, k === "hidden" ? form.elements[k].checked : form.elements[k].value]));
	if (format.every((k) => v[k] === was[k])) return lint.replaceChildren();
	const l = await get(`/guichet/channels/${encodeURIComponent(id)}/lint?${new URLSearchParams(v)}`).catch((err) => err);
	if (l instanceof Error) return keep(lint, el("p.bad", {}, l.message));
	keep(lint, el("p", { class: l.wished.foreign ? "bad" : "" }, t("set.lint", { n: l.wished.mails, foreign: l.wished.foreign, near: l.wished.near })), el("p.small", {}, t("set.lint.now", { foreign: l.in_force.foreign, near: l.in_force.near })),
		l.wished.examples.length > 0 && el("ul", {}, l.wished.examples.map((e) => el("li.small", {}, e.foreign ? t("set.lint.foreign") : t("set.lint.near"), ": ", e.subject))));
}

/** history lists who changed what; it is fetched when it is opened. */
function history(ch) {
	const body = el("div", {});
	return el("details.group", {
		ontoggle: async (e) => {
			if (!e.target.open) return;
			const list = await attempt(() => get(`/guichet/channels/${encodeURIComponent(ch.id)}/versions?size=50`));
			if (list) keep(body, table(t("set.history"), ["version", "when", "who", "what"].map((h) => t(`set.history.${h}`)), list.data.map((v) => [String(v.version), when(v.createdAt), nameOf(v.by), v.changed.join(", ")])));
		},
	}, el("summary", {}, t("set.history")), body);
}

async function remove(ch, link) {
	if (!await ask(t("set.channels.delete.sure", { name: ch.name, address: ch.point_of_contact }), t("set.channels.delete"))) return;
	if (await attempt(() => call("DELETE", path(ch.id)), t("set.channels.deleted")) === undefined) return;
	await refreshChannels();
	location.hash = link("");
}
