extension ConsoleTemplates {
    /// A campaign's report for its licensor.
    static let campaignReport = #"""
        <p class="back"><a href="/">All campaigns</a></p>
        <div class="campaign-head"><h1>{{title}}</h1><span class="sub">{{licensor}}</span></div>
        <p class="campaign-why">{{period}}, against {{comparison}}. <a href="{{jsonAddress}}">JSON</a> · <a href="{{csvAddress}}">CSV</a></p>
        <section class="headline" aria-label="Audience">
        <ul class="figures">
        {{#figures}}<li><span class="figure-label">{{label}}</span> <span class="figure"><strong>{{number}}</strong> <span class="unit">{{unit}}</span></span> <span class="figure-remark">{{remark}}</span></li>{{/figures}}
        </ul>
        </section>
        <section aria-labelledby="effects-heading">
        <div class="section-head"><h2 id="effects-heading">What promotion added</h2><span class="count">listeners promoted to, against listeners held out</span></div>
        {{#findings}}<div class="notice {{findingTone}}"><p>{{finding}}</p></div>{{/findings}}
        <table>
        <thead><tr><th scope="col">Measure</th><th scope="col" class="number">Added<span class="unit">95 % interval</span></th><th scope="col" class="number">Lift<span class="unit">95 % interval, one look</span></th><th scope="col" class="number">Lift<span class="unit">95 %, however often you look</span></th></tr></thead>
        <tbody>{{#effects}}<tr><th scope="row" class="name">{{measure}}</th><td class="number">{{added}}<span class="unit">{{addedRange}}</span></td><td class="number">{{lift}}<span class="unit">{{liftRange}}</span></td><td class="number">{{liftAlways}}</td></tr>{{/effects}}</tbody>
        </table>
        <p class="remark">Break-even: <span class="chip {{breakEvenTone}}">{{breakEvenWord}}</span> {{breakEvenText}}</p>
        </section>
        <section aria-labelledby="comparison-heading">
        <div class="section-head"><h2 id="comparison-heading">What happened</h2><span class="count">with or without promotion</span></div>
        <table class="hours">
        <thead><tr><th scope="col">Count</th><th scope="col" class="number">Now</th><th scope="col" class="number">Before</th><th scope="col" class="number">Growth</th></tr></thead>
        <tbody>{{#comparisons}}<tr><th scope="row">{{name}}</th><td class="number">{{now}}</td><td class="number">{{then}}</td><td class="number">{{growth}}</td></tr>{{/comparisons}}</tbody>
        </table>
        </section>
        """#
}
