extension ConsoleTemplates {
    /// The document around every fragment.
    static let page = #"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{{pageTitle}} · Oasis</title>
        <link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='5.5' fill='none' stroke='%232f6fd0' stroke-width='3'/%3E%3C/svg%3E">
        {{#isLive}}<noscript><meta http-equiv="refresh" content="10"></noscript>{{/isLive}}
        <style nonce="{{nonce}}">{{{style}}}</style>
        </head>
        <body>
        <a class="skip" href="#live">Skip to the numbers</a>
        <header class="top">
        <a class="brand" href="/" aria-label="Oasis console, overview"><svg width="18" height="18" viewBox="0 0 16 16" aria-hidden="true"><circle class="brand-ring" cx="8" cy="8" r="5.5"/></svg>Oasis</a>
        <nav aria-label="Sections">
        <a href="/#promoted">Promoted now</a>
        <a href="/#delivery">Delivery</a>
        <a href="/#prices">Prices</a>
        <a href="/#listener-loss">Listener loss</a>
        </nav>
        <p class="live-state" id="live-state"><span id="live-word" role="status">{{#isLive}}<noscript>Reloads every 10 s</noscript>{{/isLive}}</span><span id="live-since" aria-hidden="true"></span></p>
        </header>
        <main id="live" tabindex="-1"{{#isLive}} data-source="{{source}}"{{/isLive}}>{{{fragment}}}</main>
        <footer>All times are UTC. Plays are confirmed promoted plays of this UTC day. Prices and losses are in units of the organic score, here called score{{#scaleName}} (scale <code>{{scaleName}}</code>){{/scaleName}}; a price below 0 is a lift that a guarantee gives.</footer>
        <script nonce="{{nonce}}">{{{script}}}</script>
        </body>
        </html>
        """#

    /// What stands in place of the numbers when there are none to show.
    static let problem = #"""
        <section class="problem"{{#isUnavailable}} data-unavailable{{/isUnavailable}} aria-labelledby="problem-heading">
        <h1 id="problem-heading">{{heading}}</h1>
        <p>{{text}}</p>
        {{#detail}}<pre tabindex="0">{{detail}}</pre>{{/detail}}
        {{#command}}<pre class="command" tabindex="0"><code>{{command}}</code></pre>{{/command}}
        {{#back}}<p><a href="/">All campaigns</a></p>{{/back}}
        </section>
        """#
}
