// Looks at reports in a real Chromium, and prints what is wrong with them as one JSON object: the name of a check, and its problems.
// node browser.mjs CHROMIUM FOLDER [PICTURES REAL]: the folder has ordinary.html, hostile.html, large.html and plain.html; pictures of REAL go to the folder PICTURES.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [, , executablePath, folder, pictures, real] = process.argv;
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const sections = ["sizes", "space", "reasons", "packages", "security", "checks", "time", "again"];
const problems = {};
const times = {};

const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"],
});

const check = async (name, act) => {
  problems[name] = [];
  const start = Date.now();
  try {
    await act((isRight, what) => { if (!isRight) { problems[name].push(what.slice(0, 800)); } });
  } catch (error) {
    problems[name].push(String(error).slice(0, 800));
  }
  times[name] = Date.now() - start;
};

const address = (file) => pathToFileURL(`${folder}/${file}`).href;

// A page that says of itself what must not happen.
const open = async (url, options = {}) => {
  const context = await browser.newContext({ viewport: { width: options.width ?? 1400, height: 900 }, colorScheme: options.scheme ?? "light", javaScriptEnabled: options.script ?? true, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.said = [];
  page.on("console", (message) => page.said.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => page.said.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => { page.said.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => { if (request.url() !== url && !request.url().startsWith("data:")) { page.said.push(`request: ${request.url()}`); } });
  const start = Date.now();
  await page.goto(url);
  if (options.script !== false && options.drawn !== false) {
    await page.waitForSelector("#graph svg", { timeout: 20000 });
    await page.waitForSelector("#treemap svg", { timeout: 20000 });
  }
  page.took = Date.now() - start;
  return page;
};

const close = (page) => page.context().close();
const said = (page, right) => page.said.forEach((line) => right(false, line));
const focused = (page, name) => page.evaluate((attribute) => document.activeElement?.getAttribute(attribute) ?? document.activeElement?.dataset?.[attribute] ?? document.activeElement?.tagName, name);

await check("sections", async (right) => {
  const page = await open(address("ordinary.html"));
  for (const section of sections) {
    const box = await page.locator(`#${section}`).boundingBox();
    right(box && box.height > 80, `section ${section} is empty`);
    right(await page.locator(`#${section} h2`).isVisible(), `section ${section} has no heading`);
    await page.click(`nav a[href="#${section}"]`);
    right(await page.locator(`#${section} h2`).evaluate((heading) => heading.getBoundingClientRect().top >= 0 && heading.getBoundingClientRect().top < innerHeight), `the link to ${section} does not lead there`);
  }
  right(await page.locator("#treemap .cell").count() > 10, "the treemap is empty");
  right(await page.locator("#graph .node").count() > 10, "the graph is empty");
  right(await page.locator(".compressed svg").first().isVisible() && !(await page.locator(".unpacked svg").first().isVisible()), "compressed sizes are not shown alone");
  await page.click("label[for=size-u]");
  right(await page.locator(".unpacked svg").first().isVisible() && !(await page.locator(".compressed svg").first().isVisible()), "the switch does not show unpacked sizes");
  said(page, right);
  await close(page);
});

await check("click", async (right) => {
  const page = await open(address("ordinary.html"));
  await page.click('#graph [aria-label="why is libsample7.so.1 here?"]');
  const why = await page.locator("#graph .why li").allTextContents();
  right(why.length === 3 && why[0].includes("lib-requires.txt:2: libsample10") && why[1] === "asks for libsample10.so.1" && why[2] === "needs libsample7.so.1", `the chain is ${JSON.stringify(why)}`);
  right(await page.locator("#graph .edge.on").count() === 2, "the chain is not drawn");
  right(await page.locator('#graph [aria-label="why is libsample7.so.1 here?"]').getAttribute("aria-pressed") === "true", "what is chosen is not told");
  await page.locator("#graph .answer button", { hasText: "libsample6.so.1" }).first().click();
  right((await page.locator("#graph .answer h3").textContent()).includes("libsample6.so.1"), "a name in the answer does not lead there");
  await page.fill("#graph input[type=search]", "SAMPLE11");
  await page.locator("#graph input[type=search]").dispatchEvent("change");
  right((await page.locator("#graph .answer h3").textContent()).includes("libsample11.so.1"), "a part of a name is not found");
  await page.fill("#graph input[type=search]", "no such name");
  await page.locator("#graph input[type=search]").dispatchEvent("change");
  right((await page.locator("#graph .answer").textContent()).includes("Nothing that is drawn"), "that there is nothing is not said");
  await page.click('#treemap [aria-label^="package3:"]');
  await page.mouse.move(0, 0);
  right((await page.locator("#treemap .cell").first().getAttribute("aria-label")).startsWith("/lib/libsample3.so.1"), "a package does not open");
  await page.selectOption("#treemap select", "1");
  right((await page.locator("#treemap .tell").textContent()).includes("linux/arm64"), "the platform cannot be chosen");
  said(page, right);
  await close(page);
});

await check("keyboard", async (right) => {
  const page = await open(address("ordinary.html"));
  await page.keyboard.press("Tab");
  right(await focused(page, "class") === "skip", "the first stop is not the link past the navigation");
  await page.focus("#treemap .cell");
  const first = await focused(page, "owner");
  await page.keyboard.press("Enter");
  right((await focused(page, "type")) === "button", "the focus is lost when a package opens");
  await page.keyboard.press("Enter");
  right(await focused(page, "owner") === first, "the focus does not come back to the package");
  await page.focus('#graph [aria-label="why is libsample7.so.1 here?"]');
  await page.keyboard.press("Enter");
  right((await page.locator("#graph .why li").count()) === 3, "Enter does not ask why");
  const before = await focused(page, "node");
  right(before !== "BODY", "the focus is lost when something is chosen");
  await page.keyboard.press("ArrowLeft");
  right(await focused(page, "node") !== before, "the arrow keys do not move");
  await page.keyboard.press("Escape");
  right((await page.locator("#graph .why").count()) === 0, "Escape does not take the choice back");
  await page.focus("#size-c");
  await page.keyboard.press("ArrowRight");
  right(await page.locator(".unpacked svg").first().isVisible(), "the switch does not follow the keyboard");
  said(page, right);
  await close(page);
});

await check("no script", async (right) => {
  for (const [file, script] of [["ordinary.html", false], ["plain.html", true]]) {
    const page = await open(address(file), { script, drawn: false });
    right(!(await page.locator("#treemap").isVisible()) && !(await page.locator("#graph").isVisible()), `${file}: an empty drawing is shown`);
    await page.locator("#reasons summary").click();
    right(await page.locator("#reasons td", { hasText: "lib-requires.txt:2" }).first().isVisible(), `${file}: the table of reasons cannot be read`);
    said(page, right);
    await close(page);
  }
});

await check("hostile", async (right) => {
  const page = await open(address("hostile.html"));
  for (const cell of await page.locator("#treemap .cell").all()) {
    await cell.dispatchEvent("click");
    await page.locator("#treemap button").dispatchEvent("click");
  }
  for (let node = 0; node < await page.locator("#graph .node").count(); node++) {
    await page.locator("#graph .node").nth(node).dispatchEvent("click");
  }
  right(await page.evaluate(() => document.querySelectorAll("img, iframe, object, embed, script[src], h1:not(header h1), [onclick], [onerror], [onload], [onfocus]").length) === 0, "a name became an element");
  right(await page.evaluate(() => document.title.includes("</script>")), "the title is not the name");
  right(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page is wider than the window");
  said(page, right);
  await close(page);
});

await check("large", async (right) => {
  const page = await open(address("large.html"));
  times.open = page.took;
  times.load = Math.round(await page.evaluate(() => performance.getEntriesByType("navigation")[0].loadEventEnd));
  right(page.took < 5000, `it takes ${page.took} ms to open`);
  const start = Date.now();
  await page.fill("#graph input[type=search]", "libsample333.so.1");
  await page.locator("#graph input[type=search]").dispatchEvent("change");
  right((await page.locator("#graph .why li").count()) >= 2, "a library among 400 has no chain");
  times.choose = Date.now() - start;
  right(times.choose < 3000, `it takes ${times.choose} ms to answer`);
  right(await page.locator("#graph .node").count() <= 90, "too much is drawn at once");
  right(await page.locator("#treemap .cell").count() <= 60, "too many packages are drawn");
  said(page, right);
  await close(page);
});

await check("width", async (right) => {
  for (const [file, ...widths] of [["ordinary.html", 320, 400, 1400], ["large.html", 400], ["hostile.html", 400, 1400]]) {
    for (const width of widths) {
      const page = await open(address(file), { width });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      right(wide <= width, `${file} is ${wide} wide in a window of ${width}`);
      said(page, right);
      await close(page);
    }
  }
});

await check("accessibility", async (right) => {
  for (const scheme of ["light", "dark"]) {
    for (const file of ["ordinary.html", "plain.html"]) {
      const page = await open(address(file), { scheme, drawn: file !== "plain.html" });
      for (const summary of await page.locator("summary").all()) { await summary.click(); }
      if (file === "ordinary.html") { await page.click('#graph [aria-label="why is libsample7.so.1 here?"]'); }
      await page.evaluate(axe);
      const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
      for (const violation of found.violations) {
        right(false, `${file}, ${scheme}: ${violation.id}: ${violation.help}: ${violation.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
      }
      right(found.passes.length > 20, `${file}, ${scheme}: only ${found.passes.length} rules of axe-core applied`);
      said(page, right);
      await close(page);
    }
  }
});

if (pictures) {
  for (const [width, height, scheme, name] of [[1400, 1000, "light", "report"], [1400, 1000, "dark", "report-dark"], [400, 860, "light", "report-phone"]]) {
    const page = await open(pathToFileURL(real).href, { width, scheme });
    if (scheme === "light") { await page.screenshot({ path: `${pictures}/${name}.png` }); }
    if (width > 400) {
      await page.click('#graph [aria-label="why is libzstd.so.1 here?"]');
      await page.locator("#reasons").evaluate((section) => section.scrollIntoView({ block: "start" }));
      await page.screenshot({ path: `${pictures}/${name}-why.png` });
    }
    await close(page);
  }
}

await browser.close();
process.stdout.write(`${JSON.stringify({ problems, times }, null, 1)}\n`);
