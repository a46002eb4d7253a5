// A chat with the house. What is written stays in this tab until the house has it; what is sent again is one message. Text stays text: nothing here reads HTML.
const at = document.body.dataset.at, words = JSON.parse(document.body.dataset.words), $ = (id) => document.getElementById(id);
const store = (() => { try { sessionStorage.setItem("guichet", "1"); return sessionStorage; } catch { return { getItem: () => null, setItem() {}, removeItem() {} }; } })();
const key = `guichet.chat.${at}`, had = (() => { try { return JSON.parse(store.getItem(key)) || {}; } catch { return {}; } })();
const talk = { visitor: "", waiting: [], name: "", ...had };
const asked = new URLSearchParams(location.search).get("guichet_invitation");
if (asked && talk.invitation !== asked) Object.assign(talk, { invitation: asked, visitor: "", waiting: [] }); // another invitation is another conversation
const keep = () => store.setItem(key, JSON.stringify(talk));
let said = [], tag = "", timer = 0, busy = false, quiet = 0;

function draw() {
	const list = $("said"), log = $("log"), down = log.scrollHeight - log.scrollTop - log.clientHeight < 80, shown = new Map([...list.children].map((n) => [n.dataset.id, n]));
	const all = [...said, ...talk.waiting.map((w) => ({ id: w.id, text: w.text, waits: true }))];
	list.replaceChildren(...all.map((m) => {
		const old = shown.get(m.id);
		if (old) return old;
		const node = document.createElement("li"), who = document.createElement("span"), text = document.createElement("span");
		node.dataset.id = m.id;
		node.className = m.ours ? "ours" : m.waits ? "waits" : "";
		who.className = "who";
		who.textContent = m.ours ? m.name || words.us : words.you;
		text.dir = "auto";
		text.textContent = m.text;
		node.append(who, text);
		return node;
	}));
	$("again").hidden = !all.length;
	if (down) log.scrollTop = log.scrollHeight;
}

const state = (text) => { if ($("state").textContent !== text) $("state").textContent = text; };

async function ask(path, options = {}) {
	const r = await fetch(at + path, { ...options, credentials: "omit", headers: { ...(talk.visitor ? { Authorization: `Bearer ${talk.visitor}` } : {}), ...(options.body ? { "Content-Type": "application/json" } : {}), ...options.headers } });
	if (r.ok || r.status === 304) return r;
	const problem = (await r.json().catch(() => null))?.errors?.[0];
	throw Object.assign(new Error(problem?.message || r.statusText), { status: r.status });
}

/** send sends what waits, in order. What was refused for good is said, and goes back to where it was written. */
async function send() {
	if (busy) return;
	busy = true;
	try {
		while (talk.waiting.length) {
			const m = talk.waiting[0];
			if (!talk.visitor) { talk.visitor = (await (await ask("/visitors", { method: "POST" })).json()).visitor; keep(); }
			await ask("/messages", { method: "POST", body: JSON.stringify({ id: m.id, text: m.text, name: talk.name, invitation: talk.invitation || "" }) });
			talk.waiting.shift();
			keep();
			tag = "";
			state("");
		}
	} catch (err) {
		if (err.status >= 400 && err.status < 500 && err.status !== 408) {
			const m = talk.waiting.shift();
			if (err.status === 401) talk.visitor = "";
			keep();
			state(words.refused + err.message);
			if (m && !$("text").value) $("text").value = m.text;
		} else state(words.lost);
	}
	busy = false;
}

/** look asks for news: often while somebody talks, seldom while nobody does. */
async function look() {
	clearTimeout(timer);
	await send();
	if (talk.visitor && !document.hidden) {
		try {
			const r = await ask("/messages", { headers: tag ? { "If-None-Match": tag } : {} });
			if (r.status !== 304) {
				tag = r.headers.get("ETag") || "";
				said = (await r.json()).messages;
				quiet = 0;
			} else quiet++;
			if (!talk.waiting.length && $("state").textContent === words.off) state("");
		} catch (err) {
			if (err.status === 401) { talk.visitor = ""; keep(); } else state(words.off);
		}
	}
	draw();
	timer = setTimeout(look, talk.waiting.length ? 3000 : Math.min(2000 + quiet * 250, 15000));
}

$("write").addEventListener("submit", (e) => {
	e.preventDefault();
	const text = $("text").value.trim();
	if (!text) return $("text").focus();
	talk.name = $("name").value.trim();
	talk.waiting.push({ id: crypto.randomUUID?.() || `${Date.now()}-${Math.random()}`, text });
	$("text").value = "";
	quiet = 0;
	keep();
	state("");
	draw();
	$("text").focus();
	look();
});
$("text").addEventListener("keydown", (e) => { if (e.key === "Enter" && !e.shiftKey && !e.isComposing) { e.preventDefault(); $("write").requestSubmit(); } });
$("again").addEventListener("click", () => { Object.assign(talk, { visitor: "", waiting: [], invitation: "" }); said = []; tag = ""; keep(); draw(); state(words.empty); $("text").focus(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
addEventListener("online", look);
$("name").value = talk.name;
if (talk.visitor || talk.waiting.length) state("");
look();
