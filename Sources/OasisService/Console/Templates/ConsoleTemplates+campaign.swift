extension ConsoleTemplates {
    /// Everything on a campaign's page that changes.
    static let campaign = #"""
        <p class="back"><a href="/">All campaigns</a></p>
        <div class="campaign-head"><h1>{{title}}</h1><span class="sub">{{licensor}}</span><span class="chip {{stateTone}}">{{state}}</span></div>
        <p class="campaign-why">{{why}} <a href="/campaigns/{{campaignID}}/report">Report for its licensor</a></p>
        {{>notices}}
        <section class="headline" aria-label="Today">
        <ul class="figures">
        {{#figures}}<li><span class="figure-label">{{label}}</span> <span class="figure"><strong>{{number}}</strong> <span class="unit">{{unit}}</span></span> <span class="figure-remark">{{remark}}</span></li>{{/figures}}
        </ul>
        </section>
        <section aria-labelledby="chart-heading">
        <div class="section-head"><h2 id="chart-heading">Delivery against plan</h2><time class="count">{{clock}}</time></div>
        {{#wideChart}}<div class="card">{{{wideChart}}}{{{narrowChart}}}</div>{{/wideChart}}
        {{^wideChart}}<p class="empty">No plan yet: the curve comes with the first one.</p>{{/wideChart}}
        </section>
        <div class="columns">
        <section aria-labelledby="campaign-prices"><div class="section-head"><h2 id="campaign-prices">Its rows and their prices</h2></div>
        {{>priceRows}}
        </section>
        <section aria-labelledby="terms-heading"><div class="section-head"><h2 id="terms-heading">What was agreed</h2></div>
        <dl class="facts">{{#facts}}<div><dt>{{term}}</dt><dd>{{value}}</dd></div>{{/facts}}</dl>
        </section>
        </div>
        {{#wideChart}}<details><summary>The curve in numbers</summary>
        <table class="hours"><thead><tr><th scope="col">By<span class="unit">UTC</span></th><th scope="col" class="number">Planned<span class="unit">plays</span></th><th scope="col" class="number">Delivered<span class="unit">plays</span></th></tr></thead>
        <tbody>{{#hours}}<tr><th scope="row">{{hour}}</th><td class="number">{{plannedPlays}}</td><td class="number">{{deliveredPlays}}</td></tr>{{/hours}}</tbody></table>
        </details>{{/wideChart}}
        """#
}
