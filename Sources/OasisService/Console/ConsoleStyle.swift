/// The page's style sheet: system fonts, two themes from one set of variables, a phone layout.
enum ConsoleStyle {
    static let source = variables + layout + headline + tables + charts + phone

    /// Every colour in both themes; text reaches a contrast of 4.5 : 1 on its ground, lines of charts 3 : 1.
    private static let variables = #"""
        :root {
          color-scheme: light dark;
          --ground: #f6f6f3; --surface: #ffffff; --ink: #1a1c1f; --muted: #5b6068; --line: #e2e2dc; --track: #e9e9e3; --near: #d28a1e;
          --accent: #1d5fc4; --accent-soft: #1d5fc41a; --plan: #7d828b; --guarantee: #955f00; --cap: #3b3f46;
          --good: #17703f; --warn: #8f5a00; --bad: #b4251c; --full: #6a3fa8;
          --good-soft: #e4f2e9; --warn-soft: #faeed8; --bad-soft: #fbe6e3; --full-soft: #efe8f9; --off-soft: #ecece7;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #101214; --surface: #181b1e; --ink: #e7e8e9; --muted: #9ca3ab; --line: #2b2f34; --track: #2a2e33; --near: #e0a23c;
            --accent: #77adff; --accent-soft: #77adff22; --plan: #878f99; --guarantee: #e2b04f; --cap: #c3c8ce;
            --good: #66d29a; --warn: #e8b45a; --bad: #ff8d82; --full: #c3a4f5;
            --good-soft: #16301f; --warn-soft: #33270f; --bad-soft: #3a1b19; --full-soft: #2a2139; --off-soft: #24282c;
          }
        }

        """#

    private static let layout = #"""
        * { box-sizing: border-box; }
        html { scroll-padding-top: 12px; -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--ground); color: var(--ink);
          font: 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
          font-variant-numeric: tabular-nums; }
        .top, main, footer { max-width: 1440px; margin: 0 auto; padding: 0 28px; }
        a { color: inherit; text-decoration-color: var(--plan); text-underline-offset: 3px; text-decoration-thickness: 1px; }
        a:hover { color: var(--accent); text-decoration-color: currentColor; }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
        main:focus { outline: none; }
        .quiet { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        .skip { position: absolute; left: 12px; top: -60px; background: var(--surface); padding: 8px 12px; z-index: 3; }
        .skip:focus { top: 8px; }
        .top { display: flex; align-items: center; gap: 28px; padding-top: 16px; padding-bottom: 12px; flex-wrap: wrap; }
        .brand { display: inline-flex; align-items: center; gap: 8px; font-weight: 650; font-size: 16px; letter-spacing: -.01em; text-decoration: none; }
        .brand-ring { fill: none; stroke: var(--accent); stroke-width: 3; }
        nav { display: flex; gap: 20px; flex-wrap: wrap; }
        nav a { color: var(--muted); text-decoration: none; padding: 4px 0; }
        .live-state { margin: 0 0 0 auto; color: var(--muted); min-width: 9em; text-align: right; }
        .live-state[data-kind]::before { content: ""; display: inline-block; width: 7px; height: 7px; border-radius: 50%; background: var(--muted); margin-right: 7px; vertical-align: 1px; }
        .live-state[data-kind=live]::before { background: var(--good); }
        .live-state[data-kind=lost] { color: var(--bad); font-weight: 600; }
        .live-state[data-kind=lost]::before { background: var(--bad); }
        section { margin: 0 0 36px; }
        h1, h2, h3 { font-weight: 650; letter-spacing: -.012em; margin: 0; line-height: 1.25; }
        h2 { font-size: 18px; }
        h3 { font-size: 14px; }
        .section-head { display: flex; align-items: baseline; gap: 12px; flex-wrap: wrap; margin: 0 0 10px; }
        .count, .remark, footer, .sub, .unit { color: var(--muted); }
        .section-head form { margin-left: auto; display: flex; gap: 8px; }
        input[type=search], button { font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--plan); border-radius: 6px; padding: 5px 10px; }
        input[type=search] { width: 260px; }
        input::placeholder { color: var(--muted); opacity: 1; }
        button { cursor: pointer; }
        button:hover { border-color: var(--accent); color: var(--accent); }
        .columns { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 0 40px; align-items: start; }
        .columns > section:only-child { grid-column: 1 / -1; }
        .remark, .more, .empty { margin: 10px 0; }
        .empty { color: var(--muted); }
        footer { font-size: 13px; padding-top: 14px; padding-bottom: 28px; border-top: 1px solid var(--line); max-width: 1384px; padding-left: 0; padding-right: 0; }
        @media (max-width: 1440px) { footer { margin: 0 28px; } }
        code, pre { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
        pre { margin: 8px 0 0; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--surface); border: 1px solid var(--line); border-radius: 6px; padding: 8px 12px; }
        .command code::before { content: "$ "; color: var(--muted); user-select: none; }

        """#

    private static let headline = #"""
        .summary { display: flex; gap: 16px; align-items: baseline; margin: 4px 0 16px; padding: 9px 14px; border-radius: 8px; background: var(--good-soft); }
        .summary time { margin-left: auto; color: var(--muted); white-space: nowrap; }
        .summary-text { font-weight: 600; }
        .summary-text .calm { font-weight: 400; }
        .summary.warn { background: var(--warn-soft); }
        .summary.bad { background: var(--bad-soft); }
        .notice { margin: 0 0 16px; padding: 14px 16px; border-radius: 8px; background: var(--surface); border: 1px solid var(--line); border-left: 3px solid var(--accent); }
        .notice.bad { border-left-color: var(--bad); }
        .notice h2 { font-size: 15px; }
        .notice p { margin: 4px 0 0; }
        .figures { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); background: var(--surface); border: 1px solid var(--line); border-radius: 10px 10px 0 0; }
        .headline .figures:only-child { border-radius: 10px; }
        .figures li { padding: 14px 18px 13px; display: grid; gap: 1px; align-content: start; }
        .figures li + li { border-left: 1px solid var(--line); }
        .figure-label, .figure-remark { color: var(--muted); font-size: 13px; }
        .figure .unit { margin-left: 3px; }
        .figure strong { font-size: 30px; font-weight: 620; letter-spacing: -.025em; line-height: 1.2; }
        .machinery { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 4px 40px; padding: 9px 18px; background: var(--surface); border: 1px solid var(--line); border-top: 0; border-radius: 0 0 10px 10px; }
        .machinery dl { margin: 0; display: flex; flex-wrap: wrap; gap: 2px 20px; }
        .machinery dl div { display: flex; gap: 6px; white-space: nowrap; }
        dt { color: var(--muted); }
        dd { margin: 0; }
        dd.bad, td.bad, .summary-text .bad { color: var(--bad); }
        dd.warn, td.warn, .summary-text .warn { color: var(--warn); }
        .problem { max-width: 640px; margin: 56px auto; }
        .problem h1 { font-size: 24px; }
        .back { margin: 8px 0 12px; }
        .campaign-head { display: flex; align-items: baseline; gap: 12px; flex-wrap: wrap; }
        .campaign-head h1 { font-size: 26px; letter-spacing: -.02em; overflow-wrap: anywhere; }
        .campaign-why { font-size: 16px; margin: 6px 0 18px; max-width: 72ch; }
        .facts { margin: 0; }
        .facts div { display: grid; grid-template-columns: 140px minmax(0, 1fr); gap: 12px; padding: 6px 0; border-top: 1px solid var(--line); }
        .facts dd { overflow-wrap: anywhere; }
        details { margin-bottom: 36px; }
        summary { cursor: pointer; padding: 6px 0; font-weight: 600; }

        """#

    private static let tables = #"""
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; font-weight: 400; padding: 7px 10px; vertical-align: top; border-top: 1px solid var(--line); }
        thead th { border-top: 0; border-bottom: 1px solid var(--plan); color: var(--ink); font-size: 13px; font-weight: 600; vertical-align: bottom; padding-top: 4px; }
        thead th a { text-decoration: none; }
        thead th[aria-sort=ascending] a::after { content: " \2191"; color: var(--accent); }
        thead th[aria-sort=descending] a::after { content: " \2193"; color: var(--accent); }
        th .unit, td .unit { display: block; font-size: 12px; font-weight: 400; white-space: nowrap; }
        td .unit { margin-top: 1px; }
        th:first-child, td:first-child { padding-left: 0; }
        th:last-child, td:last-child { padding-right: 0; }
        .number { text-align: right; white-space: nowrap; }
        .strong { font-weight: 620; }
        .name { min-width: 0; overflow-wrap: anywhere; }
        tbody .name { font-weight: 600; }
        tbody .name a { text-decoration: none; }
        tbody .name a:hover { text-decoration: underline; }
        .sub { display: block; font-size: 13px; font-weight: 400; }
        .sub-inline { color: var(--muted); font-weight: 400; }
        .kind { color: var(--muted); font-weight: 400; margin-left: 4px; }
        tbody tr:hover > * { background: var(--accent-soft); }
        .campaigns thead th { position: sticky; top: 0; background: var(--ground); z-index: 1; box-shadow: inset 0 -1px 0 var(--plan); border-bottom: 0; }
        .campaigns .why { color: var(--muted); font-size: 13px; line-height: 1.4; width: 30%; min-width: 230px; }
        .campaigns thead .why { color: var(--ink); }
        .campaigns .name { width: 17%; min-width: 150px; }
        .chip { display: inline-block; font-size: 12px; font-weight: 600; line-height: 1; padding: 4px 8px; border-radius: 99px; white-space: nowrap; background: var(--off-soft); color: var(--muted); }
        .chip.good { background: var(--good-soft); color: var(--good); }
        .chip.warn { background: var(--warn-soft); color: var(--warn); }
        .chip.bad { background: var(--bad-soft); color: var(--bad); }
        .chip.full { background: var(--full-soft); color: var(--full); }
        .chip.plain { color: var(--ink); }
        .bar-cell { min-width: 96px; }
        .prices .bar-cell { width: 16%; }
        .prices .name { width: 46%; }
        .prices th, .prices td, .loss th, .loss td { padding-left: 8px; padding-right: 8px; }
        .prices :is(th, td):first-child, .loss :is(th, td):first-child { padding-left: 0; }
        .prices :is(th, td):last-child, .loss :is(th, td):last-child { padding-right: 0; }
        :is(.prices, .loss) thead :is(.number, .unit) { white-space: normal; }
        .loss tbody .name { white-space: nowrap; }
        .prices td .unit { font-size: 11.5px; }
        .loss .bar-cell { width: 26%; }
        .loss tbody td, .loss tbody th { padding-top: 6px; padding-bottom: 6px; }
        .worths { margin: 6px 0 0; }
        .worth { display: inline-block; color: var(--muted); margin-right: 14px; }
        .worth b { color: var(--ink); font-weight: 600; }
        .hours { max-width: 420px; }

        """#

    private static let charts = #"""
        svg { display: block; }
        .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 380px), 1fr)); gap: 16px; }
        .card { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 12px 14px 8px; min-width: 0; }
        .card h3 { display: flex; gap: 8px; align-items: baseline; margin-bottom: 6px; min-width: 0; }
        .card h3 a { text-decoration: none; }
        .card h3 a, .card h3 .sub { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .card h3 .sub { flex: 1 1 0; min-width: 0; }
        .card h3 .chip { margin-left: auto; }
        .chart { width: 100%; height: auto; overflow: visible; }
        .only-narrow { display: none; }
        .chart text { font-size: 11.5px; fill: var(--muted); }
        .chart .label-delivered { fill: var(--accent); font-weight: 650; font-size: 12.5px; paint-order: stroke; stroke: var(--surface); stroke-width: 3px; stroke-linejoin: round; }
        .chart .label-plan { fill: var(--muted); font-weight: 600; }
        .chart .label-guarantee { fill: var(--guarantee); font-weight: 600; }
        .chart .label-cap { fill: var(--cap); font-weight: 600; }
        .grid { stroke: var(--line); stroke-width: 1; shape-rendering: crispEdges; }
        .axis { stroke: var(--plan); stroke-width: 1; shape-rendering: crispEdges; }
        .now { stroke: var(--plan); stroke-width: 1; stroke-dasharray: 1 3; }
        .plan { fill: none; stroke: var(--plan); stroke-width: 1.5; stroke-linejoin: round; }
        .delivered { fill: none; stroke: var(--accent); stroke-width: 2.25; stroke-linejoin: round; stroke-linecap: round; }
        .delivered-area { fill: var(--accent-soft); }
        .cap { stroke: var(--cap); stroke-width: 1.25; }
        .guarantee { stroke: var(--guarantee); stroke-width: 1.25; stroke-dasharray: 5 3; }
        .here { fill: var(--accent); stroke: var(--surface); stroke-width: 1.5; }
        .tip { fill: transparent; }
        .tip:hover { fill: var(--accent-soft); }
        .spark .delivered { stroke-width: 1.75; }
        .spark .plan { stroke-width: 1.25; }
        .spark .here { stroke: var(--ground); stroke-width: 1; }
        .measure { margin-top: 4px; overflow: visible; }
        .bar-track { fill: var(--track); }
        .bar { fill: var(--accent); }
        .bar-near { fill: var(--near); }
        .bar-over { fill: var(--bad); }
        .bar-mark { stroke: var(--ink); stroke-width: 1.5; }
        .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 0; padding: 0; color: var(--muted); font-size: 13px; }
        .legend li::before { content: ""; display: inline-block; width: 16px; border-top: 2px solid var(--plan); margin-right: 6px; vertical-align: 4px; }
        .legend .key-delivered::before { border-top: 3px solid var(--accent); }
        .legend .key-guarantee::before { border-top: 2px dashed var(--guarantee); }
        .legend .key-cap::before { border-top-color: var(--cap); }

        """#

    private static let phone = #"""
        @media (max-width: 1180px) {
          .columns { grid-template-columns: minmax(0, 1fr); }
        }
        @media (max-width: 1080px) {
          .campaigns thead { display: block; position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          .campaigns, .campaigns tbody { display: block; }
          .campaigns tbody { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 330px), 1fr)); gap: 12px; }
          .campaigns tbody tr { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 8px 12px; background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 12px 14px; align-content: start; align-items: end; }
          .campaigns tbody tr > * { padding: 0; border: 0; width: auto; min-width: 0; }
          .campaigns tbody tr:hover > * { background: none; }
          .campaigns tbody :is(.name, .why) { width: auto; min-width: 0; }
          .campaigns tbody .name { grid-column: 1 / 3; }
          .campaigns tbody .state { text-align: right; align-self: start; }
          .campaigns tbody .why { align-self: start; }
          .campaigns tbody .why { grid-column: 1 / -1; grid-row: 2; }
          .campaigns tbody .number { text-align: left; }
          .campaigns tbody [data-label]::before { content: attr(data-label); display: block; color: var(--muted); font-size: 12px; font-weight: 400; white-space: normal; }
          .campaigns tbody .spark-cell { grid-column: 2; grid-row: 4; align-self: end; order: 9; }
        }
        @media (max-width: 640px) {
          .top, main { padding-left: 16px; padding-right: 16px; }
          .top { gap: 6px 16px; }
          nav { order: 3; width: 100%; gap: 4px 18px; }
          footer { margin: 0 16px; }
          .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); }
          .figures li { padding: 11px 14px; }
          .figures li:nth-child(odd) { border-left: 0; }
          .figures li:nth-child(n+3) { border-top: 1px solid var(--line); }
          .figure strong { font-size: 23px; }
          .machinery { padding: 9px 14px; }
          .summary { display: block; }
          .summary time { display: block; margin: 2px 0 0; }
          .section-head form { margin-left: 0; width: 100%; }
          input[type=search] { width: auto; flex: 1; min-width: 0; font-size: 16px; }
          .only-wide { display: none; }
          .only-narrow { display: block; }
          .prices .bar-cell, .wide-only { display: none; }
          .loss .bar-cell { min-width: 60px; width: 26%; }
          
          th, td { padding-left: 6px; padding-right: 6px; }
          .facts div { grid-template-columns: 110px minmax(0, 1fr); }
        }
        @media print {
          nav, form, .live-state, .skip { display: none; }
        }
        """#
}
