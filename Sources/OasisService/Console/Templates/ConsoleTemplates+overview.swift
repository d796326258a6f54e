extension ConsoleTemplates {
    /// Everything on the overview that changes.
    static let overview = #"""
        <h1 class="quiet">Oasis at {{clock}}</h1>
        {{#summary}}<p class="summary {{summaryTone}}"><span class="summary-text">{{#parts}}{{separator}}<span class="{{partTone}}">{{part}}</span>{{/parts}}</span> <time>{{clock}}</time></p>{{/summary}}
        {{>notices}}
        {{>headline}}
        {{#campaigns}}{{>campaigns}}{{/campaigns}}
        {{>charts}}
        <div class="columns">
        {{>prices}}
        {{>listenerLoss}}
        </div>
        """#

    /// What is missing or wrong, and the line that helps.
    static let notices = #"""
        {{#notices}}<section class="notice {{noticeTone}}" data-key="{{heading}}"><h2>{{heading}}</h2><p>{{text}}</p>{{#command}}<pre class="command" tabindex="0"><code>{{command}}</code></pre>{{/command}}</section>{{/notices}}
        """#

    /// Today's numbers and the machinery's.
    static let headline = #"""
        <section class="headline" aria-label="Today and the plan behind it">
        <ul class="figures">
        {{#headline.figures}}<li><span class="figure-label">{{label}}</span> <span class="figure"><strong>{{number}}</strong> <span class="unit">{{unit}}</span></span> <span class="figure-remark">{{remark}}</span></li>{{/headline.figures}}
        </ul>
        <div class="machinery">
        <dl aria-label="Snapshot in use">{{#headline.snapshot}}<div><dt>{{term}}</dt><dd class="{{factTone}}">{{value}}</dd></div>{{/headline.snapshot}}</dl>
        <dl aria-label="Last plan">{{#headline.plan}}<div><dt>{{term}}</dt><dd class="{{factTone}}">{{value}}</dd></div>{{/headline.plan}}</dl>
        </div>
        </section>
        """#

    /// The table of campaigns.
    ///
    /// Roles are spelled out because the phone layout makes table parts grids.
    static let campaigns = #"""
        <section id="promoted" aria-labelledby="promoted-heading">
        <div class="section-head">
        <h2 id="promoted-heading">Promoted now</h2><span class="count">{{found}}</span>
        <form role="search" action="/" method="get">
        <label class="quiet" for="search">Find a campaign, licensor, artist or state</label>
        <input id="search" type="search" name="q" value="{{search}}" placeholder="Title, licensor, artist, state" maxlength="100" autocomplete="off">
        <input type="hidden" name="order" value="{{orderValue}}">
        <button>Find</button>
        </form>
        </div>
        {{#nothingFound}}<p class="empty">No campaign matches “{{search}}”. <a href="/#promoted">Show all</a></p>{{/nothingFound}}
        {{^nothingFound}}<table class="campaigns" role="table" aria-labelledby="promoted-heading">
        <thead role="rowgroup"><tr role="row">
        {{#headings}}<th scope="col" role="columnheader" class="{{cellStyle}}" aria-sort="{{sorted}}">{{#headingLink}}<a href="{{headingLink}}">{{heading}}</a>{{/headingLink}}{{^headingLink}}{{heading}}{{/headingLink}}<span class="unit">{{headingUnit}}</span></th>{{/headings}}
        </tr></thead>
        <tbody role="rowgroup">
        {{#rows}}<tr role="row" data-key="{{id}}">
        <th scope="row" role="rowheader" class="name"><a href="{{link}}">{{title}}</a><span class="sub">{{licensor}}</span></th>
        <td role="cell" class="state"><span class="chip {{stateTone}}">{{state}}</span></td>
        <td role="cell" class="number strong" data-label="Confirmed, plays">{{confirmed}}</td>
        <td role="cell" class="number" data-label="Promised, plays">{{guarantee}}</td>
        <td role="cell" class="number" data-label="Cap, plays">{{cap}}</td>
        <td role="cell" class="number strong" data-label="Of plan by now">{{share}}</td>
        <td role="cell" class="spark-cell">{{{sparkline}}}</td>
        <td role="cell" class="number" data-label="Price, score a play">{{price}}</td>
        <td role="cell" class="why">{{why}}</td>
        </tr>{{/rows}}
        </tbody>
        </table>{{/nothingFound}}
        {{#more}}<p class="more"><a href="{{moreLink}}">{{moreText}}</a></p>{{/more}}
        </section>
        """#

    /// Plan against delivered for those who need it most.
    static let charts = #"""
        {{#hasCharts}}<section id="delivery" aria-labelledby="delivery-heading">
        <div class="section-head"><h2 id="delivery-heading">Delivery against plan</h2><ul class="legend" aria-label="Legend"><li class="key-delivered">delivered</li><li class="key-plan">plan</li><li class="key-guarantee">promised</li><li class="key-cap">cap</li></ul></div>
        <div class="cards">
        {{#charts}}<article class="card" data-key="{{cardKey}}">
        <h3>{{#cardLink}}<a href="{{cardLink}}">{{cardTitle}}</a>{{/cardLink}}{{^cardLink}}{{cardTitle}}{{/cardLink}} <span class="sub">{{cardSubtitle}}</span>{{#cardState}}<span class="chip {{cardTone}}">{{cardState}}</span>{{/cardState}}</h3>
        {{{chart}}}
        </article>{{/charts}}
        </div>
        </section>{{/hasCharts}}
        """#

    /// The rows that bind.
    static let prices = #"""
        {{#prices}}<section id="prices" aria-labelledby="prices-heading">
        <div class="section-head"><h2 id="prices-heading">Prices</h2><span class="count">most at stake first</span></div>
        {{>priceRows}}
        <p class="remark">{{priceRemark}}</p>
        <p class="worths">{{#worths}}<span class="worth">{{term}} is worth <b>{{value}}</b></span> {{/worths}}</p>
        </section>{{/prices}}
        """#

    /// The table of priced rows, on the overview and on a campaign's page.
    static let priceRows = #"""
        <table class="prices">
        <thead><tr><th scope="col">Row<span class="unit">what one more unit buys</span></th><th scope="col" class="number">Price<span class="unit">score a unit</span></th><th scope="col" class="number">At stake<span class="unit">price × left, score</span></th><th scope="col" class="bar-cell"><span class="quiet">At stake as a bar</span></th><th scope="col" class="number">Left today<span class="unit">units</span></th></tr></thead>
        <tbody>
        {{#priceRows}}<tr data-key="{{key}}">
        <th scope="row" class="name">{{#rowLink}}<a href="{{rowLink}}">{{rowName}}</a>{{/rowLink}}{{^rowLink}}{{rowName}}{{/rowLink}} <span class="kind">{{rowKind}}</span><span class="sub">{{buys}}</span></th>
        <td class="number strong">{{rowPrice}}<span class="unit">{{priceUnit}}</span></td>
        <td class="number">{{stake}}</td>
        <td class="bar-cell">{{{stakeBar}}}</td>
        <td class="number">{{left}}<span class="unit">{{unit}}</span></td>
        </tr>{{/priceRows}}
        {{^priceRows}}<tr><td colspan="5" class="empty">No row has a price: no limit binds.</td></tr>{{/priceRows}}
        </tbody>
        </table>
        """#

    /// Listener loss by cell.
    static let listenerLoss = #"""
        {{#loss}}<section id="listener-loss" aria-labelledby="loss-heading">
        <div class="section-head"><h2 id="loss-heading">Listener loss</h2><span class="count">fullest budget first</span></div>
        <table class="loss">
        <thead><tr><th scope="col">Cell<span class="unit">surface, market</span></th><th scope="col" class="bar-cell">Budget so far<span class="unit">bar: spent, mark: budget</span></th><th scope="col" class="number">Used<span class="unit">% of budget</span></th><th scope="col" class="number">Spent<span class="unit">score</span></th><th scope="col" class="number wide-only">Budget<span class="unit">score</span></th><th scope="col" class="number wide-only">Loss<span class="unit">% of utility</span></th><th scope="col" class="number">Price<span class="unit">score a score</span></th></tr></thead>
        <tbody>
        {{#lossRows}}<tr data-key="{{key}}">
        <th scope="row" class="name">{{surface}} <span class="sub-inline">{{market}}</span></th>
        <td class="bar-cell">{{{lossBar}}}</td>
        <td class="number strong {{budgetTone}}">{{budgetShare}}</td>
        <td class="number">{{spent}}</td>
        <td class="number wide-only">{{budget}}</td>
        <td class="number wide-only">{{organicShare}}</td>
        <td class="number">{{lossPrice}}</td>
        </tr>{{/lossRows}}
        </tbody>
        </table>
        {{#lossRemark}}<p class="remark">{{lossRemark}}</p>{{/lossRemark}}
        </section>{{/loss}}
        """#
}
