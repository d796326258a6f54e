/// The page's script: fetches the fragment that the page shows and folds what changed into it.
enum ConsoleScript {
    static let source = #"""
        (() => {
          "use strict";
          const live = document.getElementById("live");
          // A page without a source is a document of its moment.
          if (!live.dataset.source) return;
          const state = document.getElementById("live-state");
          const word = document.getElementById("live-word");
          const since = document.getElementById("live-since");
          const pause = 2000, patience = 8000;
          let updatedAt = Date.now(), timer = 0, running = false, current = "";

          // Says something only when it changes, so that a screen reader is not interrupted every two seconds.
          function say(kind, text) {
            if (kind === current) return;
            current = kind;
            state.dataset.kind = kind;
            word.textContent = text;
          }
          function count() {
            const seconds = Math.round((Date.now() - updatedAt) / 1000);
            since.textContent = current === "lost" ? " for " + seconds + " s" : "";
          }
          function agree(old, fresh) {
            for (const { name, value } of fresh.attributes) {
              if (old.getAttribute(name) !== value) old.setAttribute(name, value);
            }
            for (const { name } of [...old.attributes]) {
              if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
            }
          }
          // Changes only what differs. Nodes with a data-key keep their identity when rows change places.
          function fold(old, fresh) {
            const keyed = new Map();
            for (const child of old.children) if (child.dataset.key) keyed.set(child.dataset.key, child);
            let cursor = old.firstChild;
            for (const want of [...fresh.childNodes]) {
              const key = want.dataset && want.dataset.key;
              let have = null;
              if (key) have = keyed.get(key) || null;
              else if (cursor && cursor.nodeName === want.nodeName && !(cursor.dataset && cursor.dataset.key)) have = cursor;
              if (have && have.nodeName !== want.nodeName) have = null;
              if (!have) { old.insertBefore(document.importNode(want, true), cursor); continue; }
              if (have === cursor) cursor = cursor.nextSibling; else old.insertBefore(have, cursor);
              if (want.nodeType !== 1) { if (have.data !== want.data) have.data = want.data; continue; }
              agree(have, want);
              fold(have, want);
            }
            while (cursor) { const next = cursor.nextSibling; cursor.remove(); cursor = next; }
          }
          function show(html) {
            const focused = document.activeElement;
            const { scrollX, scrollY } = window;
            fold(live, new DOMParser().parseFromString(html, "text/html").body);
            if (focused && focused !== document.activeElement && live.contains(focused)) focused.focus({ preventScroll: true });
            if (window.scrollX !== scrollX || window.scrollY !== scrollY) window.scrollTo(scrollX, scrollY);
          }
          async function update() {
            if (running || document.hidden) return;
            running = true;
            clearTimeout(timer);
            try {
              const reply = await fetch(live.dataset.source, { cache: "no-store", signal: AbortSignal.timeout(patience) });
              // 404 comes with a fragment of its own: the campaign left, the server did not.
              if (!reply.ok && reply.status !== 404) throw new Error(String(reply.status));
              show(await reply.text());
              updatedAt = Date.now();
              say("live", "Live");
            } catch {
              say("lost", "Not updated");
            }
            running = false;
            count();
            if (!document.hidden) timer = setTimeout(update, pause);
          }
          document.addEventListener("visibilitychange", () => {
            clearTimeout(timer);
            if (document.hidden) say("paused", "Paused"); else update();
          });
          setInterval(count, 1000);
          if (live.querySelector("[data-unavailable]")) say("lost", "Not updated"); else say("live", "Live");
          timer = setTimeout(update, pause);
        })();
        """#
}
