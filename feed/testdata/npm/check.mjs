// Reads feeds as programs in JavaScript do: `check.mjs entries FILE...` prints what
// feedsmith understood, a line for each; `check.mjs validate SCHEMA FILE...` names
// those that ajv refuses, and why.
import { readFileSync } from "node:fs";
import { parseFeed } from "feedsmith";
import Ajv from "ajv/dist/2020.js";

const link = (links, rel) => links?.find((l) => (l.rel ?? "alternate") === rel && (rel !== "alternate" || l.type === "text/html"));
const sound = (type, url) => (url ? `${type} ${url}` : "");

const entriesOf = {
  rss: (feed) =>
    (feed.items ?? []).map((i) => ({
      id: i.guid.value, title: i.title ?? "", link: i.link, content: i.content?.encoded ?? i.description ?? "", date: i.pubDate,
      audio: sound(i.enclosures?.[0].type, i.enclosures?.[0].url),
    })),
  atom: (feed) =>
    (feed.entries ?? []).map((e) => ({
      id: e.id, title: e.title.value, link: link(e.links, "alternate").href, content: e.content?.value ?? e.summary?.value ?? "", date: e.published,
      audio: sound(link(e.links, "enclosure")?.type, link(e.links, "enclosure")?.href),
    })),
  json: (feed) =>
    (feed.items ?? []).map((i) => ({
      id: i.id, title: i.title ?? "", link: i.url, content: i.content_html ?? i.content_text, date: i.date_published,
      audio: sound(i.attachments?.[0].mime_type, i.attachments?.[0].url),
    })),
};

const [task, ...files] = process.argv.slice(2);
const read = (file) => readFileSync(file === "-" ? 0 : file, "utf8");
if (task === "entries") {
  for (const file of files) {
    const { format, feed } = parseFeed(read(file));
    console.log(JSON.stringify(entriesOf[format](feed)));
  }
} else {
  const validate = new Ajv({ allErrors: true, strict: true, strictRequired: false }).compile(JSON.parse(read(files[0])));
  for (const file of files.slice(1)) {
    if (!validate(JSON.parse(read(file)))) console.log(file, JSON.stringify(validate.errors));
  }
}
