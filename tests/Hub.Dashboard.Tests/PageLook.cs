namespace Hub.Dashboard.Tests;

/// <summary>What a page is asked in the browser. Each but <see cref="Watch"/> and <see cref="Mask"/> answers with pairs: what kind of thing is wrong, and what.</summary>
internal static class PageLook
{
    /// <summary>Keeps what the content security policy stops, and what moves though nobody did anything (<see cref="Shifts"/>); run before the page's own script.</summary>
    public const string Watch = """
        window.mistakes = [];
        window.shifts = [];
        const place = rect => `${Math.round(rect.left)}-${Math.round(rect.right)},${Math.round(rect.top)}`;
        // A number that grows in its own column keeps one edge.
        const stays = ({ previousRect: old, currentRect: now }) => Math.abs(old.top - now.top) < 1 && (Math.abs(old.left - now.left) < 1 || Math.abs(old.right - now.right) < 1);
        const told = one => `${(one.node?.outerHTML ?? one.node?.parentElement?.outerHTML)?.slice(0, 120)} from ${place(one.previousRect)} to ${place(one.currentRect)}`;
        new PerformanceObserver(list => list.getEntries().filter(one => !one.hadRecentInput).flatMap(one => one.sources).filter(one => !stays(one)).forEach(one => window.shifts.push(["shift", told(one)]))).observe({ type: "layout-shift", buffered: true });
        document.addEventListener("securitypolicyviolation", event => window.mistakes.push(["mistake", `policy: ${event.violatedDirective} ${event.blockedURI}`]));
        """;

    /// <summary>What moved by itself so far, told once what is painted was looked at.</summary>
    public const string Shifts = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(window.shifts))))";

    /// <summary>One heading of the first rank, in order below; each control has a label, each region a name.</summary>
    public const string Structure = """
        () => {
          const wrong = [];
          const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")];
          const firsts = headings.filter(one => one.nodeName === "H1").length;
          if (firsts !== 1) wrong.push(["heading", `${firsts} h1`]);
          headings.reduce((rank, one) => {
            if (+one.nodeName[1] > rank + 1) wrong.push(["heading", `${one.nodeName} after H${rank}: ${one.textContent}`]);
            return +one.nodeName[1];
          }, 0);
          if (!document.title.trim()) wrong.push(["heading", "the window has no title"]);
          const named = one => one.getAttribute("aria-label")?.trim() || (one.getAttribute("aria-labelledby") ?? "").split(" ").some(id => document.getElementById(id)?.textContent.trim());
          for (const one of document.querySelectorAll("input:not([type=hidden]), select, textarea"))
            if (![...one.labels].some(label => label.textContent.trim()) && !named(one)) wrong.push(["label", one.outerHTML]);
          for (const one of document.querySelectorAll("nav, [role=region], [role=img]"))
            if (!named(one)) wrong.push(["label", one.outerHTML.slice(0, 200)]);
          const ids = [...document.querySelectorAll("[id]")].map(one => one.id);
          ids.filter((id, i) => ids.indexOf(id) !== i).forEach(id => wrong.push(["label", `two of the id ${id}`]));
          return wrong;
        }
        """;

    /// <summary>The ground of the theme; each text, control and line stands out from what is under it (WCAG 2.2, 1.4.3 and 1.4.11), with every opacity counted.</summary>
    public const string Colours = """
        () => {
          const wrong = [];
          const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
          const read = colour => { const parts = /rgba?\(([^)]+)\)/.exec(colour)?.[1].split(/[ ,/]+/).map(Number); return parts ? [...parts.slice(0, 3), parts[3] ?? 1] : null; };
          const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
          const light = colour => [0, 1, 2].map(i => colour[i] / 255).map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4).reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
          const contrast = (first, second) => { const [a, b] = [light(first), light(second)]; return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); };
          const base = read(getComputedStyle(document.documentElement).backgroundColor);
          if (String(base.slice(0, 3)) !== (isDark ? "20,24,28" : "245,246,248")) wrong.push(["ground", `${base}`]);
          const under = one => {
            const layers = [];
            for (let at = one; at; at = at.parentElement) layers.unshift(read(getComputedStyle(at).backgroundColor));
            return layers.filter(layer => layer?.[3] > 0).reduce((ground, layer) => over(layer, ground), base);
          };
          const opacity = one => { let all = 1; for (let at = one; at; at = at.parentElement) all *= +getComputedStyle(at).opacity; return all; };
          const look = (one, colour, share, least, ground) => {
            const front = read(colour);
            if (!front) return;
            const found = contrast(over([front[0], front[1], front[2], front[3] * share * opacity(one)], ground), ground);
            if (found < least) wrong.push(["contrast", `${found.toFixed(2)} of ${least}: ${one.outerHTML.slice(0, 160)}`]);
          };
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let text = texts.nextNode(); text; text = texts.nextNode()) {
            const one = text.parentElement;
            if (!text.nodeValue.trim() || !one.checkVisibility() || one.closest("script, style, title, :disabled")) continue;
            const style = getComputedStyle(one);
            const isLarge = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && +style.fontWeight >= 600);
            look(one, one.closest("svg") ? style.fill : style.color, 1, isLarge ? 3 : 4.5, under(one));
          }
          for (const one of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
            if (!one.checkVisibility() || one.disabled) continue;
            const style = getComputedStyle(one);
            look(one, style.color, 1, 4.5, under(one));
            if (one.type !== "checkbox" && one.type !== "radio") look(one, style.borderTopColor, 1, 3, under(one.parentElement));
          }
          // What a picture says by a line; the lines of a grid say nothing.
          for (const one of document.querySelectorAll("svg :is(path, line, polyline, rect, circle):not(.chart-grid)")) {
            const style = getComputedStyle(one);
            if (one.checkVisibility() && style.stroke !== "none") look(one, style.stroke, +style.strokeOpacity, 3, under(one));
          }
          return wrong;
        }
        """;

    /// <summary>Each place the keyboard comes to has a name and shows a ring; none jumps the order.</summary>
    public const string Focus = """
        () => {
          const wrong = [];
          for (const one of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex='-1'])")) {
            if (!one.checkVisibility() || one.disabled) continue;
            one.focus({ preventScroll: true });
            const what = one.outerHTML.slice(0, 160);
            if (document.activeElement !== one) { wrong.push(["focus", `takes none: ${what}`]); continue; }
            const style = getComputedStyle(one);
            if (style.outlineWidth !== "3px" || style.outlineStyle !== "solid") wrong.push(["focus", `no ring: ${what}`]);
            if (one.tabIndex > 0) wrong.push(["focus", `before its turn: ${what}`]);
            const isPlace = one.hasAttribute("tabindex") && !one.matches("main");
            const name = one.getAttribute("aria-label") || one.getAttribute("aria-labelledby") || one.labels?.length || (!isPlace && one.textContent.trim());
            if (!name) wrong.push(["focus", `no name: ${what}`]);
          }
          document.activeElement?.blur();
          return wrong;
        }
        """;

    /// <summary>Puts a folder of no machine in the place of that of the test, ports that do not change in that of those that do, and leaves the commit out of the version.</summary>
    public const string Mask = """
        root => {
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const ports = [];
          for (let text = texts.nextNode(); text; text = texts.nextNode())
            text.nodeValue = text.nodeValue.replaceAll(root, "/srv/hub").replace(/^(\d+\.\d+\.\d+)\+[0-9a-f]{40}$/, "$1").replace(/(127\.0\.0\.1|localhost):(\d+)/g, (_, host, port) => {
              if (!ports.includes(port)) ports.push(port);
              return `${host}:${2570 + ports.indexOf(port)}`;
            });
        }
        """;
}
