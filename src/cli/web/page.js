"use strict";
// Asks for /status.json once a second while somebody looks, and puts what it says in its place. Everything
// comes in as text and is set as text, never as markup. What did not change is not touched, so that a reader
// keeps the place and a screen reader is told news only.

const kPeriod = 1000;
const kRetry = 2000;
const kPatience = 10000;
const kShownEvents = 200;

const byId = (id) => document.getElementById(id);
const views = new Map();
let layout = "";
let shownEvents = "";
let shownWarnings = "";
let lastSeen = null;
let timer = 0;
let asking = false;

function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
}

function setText(node, text) {
    if (node.textContent !== text) node.textContent = text;
}

function setClass(node, name) {
    if (node.className !== name) node.className = name;
}

const listOf = (value) => Array.isArray(value) ? value : [];
const wordOf = (value) => value === null || value === undefined ? "" : String(value);
const stateClass = (state) => ({ MASTER: "master", BACKUP: "backup", FAULT: "fault" })[state] || "init";

// "12 s", "3 min 4 s", "2 h 5 min", "3 d 4 h"
function duration(milliseconds) {
    const whole = Math.max(0, Math.floor(milliseconds / 1000));
    if (whole < 60) return whole + " s";
    if (whole < 3600) return Math.floor(whole / 60) + " min " + whole % 60 + " s";
    if (whole < 86400) return Math.floor(whole / 3600) + " h " + Math.floor(whole % 3600 / 60) + " min";
    return Math.floor(whole / 86400) + " d " + Math.floor(whole % 86400 / 3600) + " h";
}

function localTime(date) {
    const when = new Date(date);
    return isNaN(when) ? wordOf(date) : when.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
}

// The parts of one virtual router, made once and filled again and again.
class RouterView {
    constructor() {
        this.root = element("li", "card");
        const head = element("div", "head");
        this.name = element("h4");
        this.state = element("span", "state");
        head.append(this.name, this.state);
        this.facts = element("dl");
        this.rows = new Map();
        this.root.append(head, this.facts);
    }

    row(title, isShown) {
        let row = this.rows.get(title);
        if (!row) {
            row = { title: element("dt", "", title), content: element("dd") };
            this.rows.set(title, row);
            this.facts.append(row.title, row.content);
        }
        row.title.hidden = row.content.hidden = !isShown;
        return row.content;
    }

    // A fact without content is not shown.
    fact(title, text) {
        setText(this.row(title, text !== ""), text);
    }

    items(title, entries) {
        const content = this.row(title, entries.length > 0);
        const text = JSON.stringify(entries);
        if (content.dataset.entries === text) return;
        content.dataset.entries = text;
        const items = element("ul", "items");
        for (const entry of entries) {
            const item = element("li", entry.className);
            if (entry.mark) {
                const sign = { good: "✓", bad: "✗", unknown: "?" }[entry.mark];
                const mark = element("span", "mark " + entry.mark, sign);
                mark.setAttribute("aria-hidden", "true");
                item.append(mark);
            }
            item.append(entry.text);
            items.append(item);
        }
        content.replaceChildren(items);
    }

    show(router, now) {
        setClass(this.root, "card " + stateClass(router.state));
        setText(this.name, wordOf(router.name));
        setText(this.state, wordOf(router.state));
        this.fact("For", duration(now - Date.parse(router.since)) + ", since " + localTime(router.since));
        this.fact("Priority", priorityText(router));
        this.fact("Master", masterText(router));
        this.fact("Order", orderText(router));
        this.items("Faults", listOf(router.faults).map((fault) => ({ className: "bad", text: wordOf(fault) })));
        this.items("Addresses", listOf(router.addresses).map(addressEntry));
        this.fact("Routes", countText(router.routes));
        this.fact("Rules", countText(router.rules));
        this.items("Tracked", listOf(router.trackers).map(trackerEntry));
        this.fact("On", [router.interface, "VRID " + router.virtual_router_id, router.family,
            "VRRP version " + router.version].map(wordOf).join(", "));
    }
}

function priorityText(router) {
    const configured = router.priority === router.base_priority ? "" : " (configured " + router.base_priority + ")";
    return wordOf(router.priority) + configured;
}

function masterText(router) {
    if (router.state === "MASTER") return "this host" + (router.source ? ", " + router.source : "");
    return router.master ? router.master + ", priority " + router.master_priority : "";
}

function orderText(router) {
    const words = [];
    if (router.ordered_priority) words.push("priority " + router.ordered_priority + " is set by the operator");
    const stages = { waiting: "waits for another router to take over", alone: "nobody takes over",
        inviting: "has said priority 0, waits for another router to take over",
        "handed-over": "another router is master" };
    if (router.drain) words.push("drained: " + (stages[router.drain.stage] || wordOf(router.drain.stage)));
    return words.join("; ");
}

function addressEntry(address) {
    const missing = address.wanted && !address.present;
    const surplus = !address.wanted && address.present;
    const note = missing ? ", missing" : surplus ? ", present although not wanted" : "";
    return { className: missing || surplus ? "bad" : address.present ? "" : "off",
        text: wordOf(address.address) + " on " + wordOf(address.interface) + note };
}

function countText(count) {
    return count && count.configured ? count.present + " of " + count.configured + " present" : "";
}

function trackerEntry(tracker) {
    const mark = ["good", "bad"].includes(tracker.health) ? tracker.health : "unknown";
    let text = wordOf(tracker.kind) + " " + wordOf(tracker.name) + ": " + mark;
    if (tracker.last_result) text += " (" + tracker.last_result + ")";
    if (tracker.weight) text += ", weight " + tracker.weight + (tracker.reverse ? " reverse" : "");
    if (tracker.by_group) text += ", by its group";
    return { className: mark === "bad" ? "bad" : "", mark, text };
}

// Groups in the order in which they first occur, then those without.
function grouped(instances) {
    const groups = new Map();
    for (const instance of instances) {
        const name = wordOf(instance.sync_group);
        if (!groups.has(name)) groups.set(name, []);
        groups.get(name).push(instance);
    }
    return [...groups].sort(([a], [b]) => (a === "") - (b === ""));
}

function groupTitle(name, members) {
    const states = [...new Set(members.map((member) => wordOf(member.state)))];
    return "Sync group " + name + ": " + (states.length === 1 ? states[0] : states.join(", "));
}

function showRouters(instances, now) {
    const groups = grouped(instances);
    const wanted = JSON.stringify(groups.map(([name, members]) => [name, members.map((one) => one.name)]));
    if (wanted !== layout) {
        layout = wanted;
        views.clear();
        byId("groups").replaceChildren(...groups.flatMap(([name, members]) => {
            const cards = element("ul", "cards");
            for (const one of members) {
                const view = new RouterView();
                views.set(one.name, view);
                cards.append(view.root);
            }
            if (name) {
                const title = element("h3");
                title.dataset.group = name;
                return [title, cards];
            }
            return groups.length > 1 ? [element("h3", "", "Without a sync group"), cards] : [cards];
        }));
    }
    for (const title of document.querySelectorAll("h3[data-group]"))
        setText(title, groupTitle(title.dataset.group, groups.find(([name]) => name === title.dataset.group)[1]));
    for (const one of instances) views.get(one.name).show(one, now);
    byId("none").hidden = instances.length > 0;
}

function showSummary(instances) {
    const count = (state) => instances.filter((one) => one.state === state).length;
    const words = [["MASTER", "master"], ["BACKUP", "backup"], ["FAULT", "in fault"], ["INIT", "not begun"]]
        .map(([state, word]) => [count(state), word]).filter(([number]) => number)
        .map(([number, word]) => number + " " + word);
    const all = instances.length + (instances.length === 1 ? " virtual router" : " virtual routers");
    setText(byId("summary"), instances.length ? all + ": " + words.join(", ") : "");
    document.title = (words.join(", ") || "no instance") + " – understudy on " + location.hostname;
}

function showWarnings(warnings) {
    const text = JSON.stringify(warnings);
    if (text === shownWarnings) return;
    shownWarnings = text;
    byId("warnings").hidden = warnings.length === 0;
    byId("warning-list").replaceChildren(...warnings.map((warning) => {
        const item = element("li", warning.level === "bad" ? "bad" : "odd");
        item.append(element("strong", "", warning.level === "bad" ? "Fails:" : "Unusual:"));
        item.append((warning.instance ? warning.instance + ": " : "") + wordOf(warning.text));
        return item;
    }));
}

function eventText(event) {
    const whom = event.instance ? event.instance + " " : "";
    if (event.kind === "role")
        return whom + (event.before ? wordOf(event.before) + " → " : "→ ") + wordOf(event.after);
    const change = event.before || event.after ? " " + wordOf(event.before) + " → " + wordOf(event.after) : "";
    return whom + wordOf(event.kind) + change;
}

function eventItem(event) {
    const item = element("li", event.kind === "role" ? stateClass(event.after) : "");
    const time = element("time", "", localTime(event.at));
    time.dateTime = wordOf(event.at);
    item.append(time, eventText(event));
    if (event.reason) item.append(element("span", "why", wordOf(event.reason)));
    return item;
}

function showHistory(history) {
    const events = history.slice(-kShownEvents).reverse();
    const text = JSON.stringify(events);
    if (text === shownEvents) return;
    shownEvents = text;
    byId("events").replaceChildren(...events.map(eventItem));
    byId("no-events").hidden = events.length > 0;
}

function showLink(kind, text) {
    setClass(byId("link"), "link " + kind);
    setText(byId("link"), text);
}

function show(overview) {
    const now = Date.parse(overview.date);
    showWarnings(listOf(overview.warnings));
    showHistory(listOf(overview.history));
    byId("routers").classList.toggle("stale", !overview.up);
    if (!overview.up)
        return showLink("lost", "The daemon does not answer" + (lastSeen ? "; shown is how it was" : ""));
    lastSeen = now;
    showRouters(listOf(overview.instances), now);
    showSummary(listOf(overview.instances));
    const version = overview.daemon && overview.daemon.program_version;
    setText(byId("version"), version ? "understudyd " + version : "");
    showLink("live", "Live");
}

function lost() {
    byId("routers").classList.toggle("stale", true);
    showLink("lost", "No connection" + (lastSeen ? "; shown is how it was at " + new Date(lastSeen).toLocaleTimeString() : ""));
}

async function look() {
    if (asking || document.hidden) return;
    asking = true;
    let pause = kPeriod;
    try {
        const response = await fetch("status.json", { cache: "no-store", signal: AbortSignal.timeout(kPatience) });
        if (!response.ok) throw new Error(response.statusText);
        show(await response.json());
    } catch (problem) {
        console.warn(problem);
        lost();
        pause = kRetry;
    }
    asking = false;
    clearTimeout(timer);
    timer = setTimeout(look, pause);
}

setText(byId("host"), location.hostname);
document.addEventListener("visibilitychange", look);
look();
