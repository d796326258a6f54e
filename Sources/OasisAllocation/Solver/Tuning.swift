/// Constants of the method, measured on the five row families at 0.2, 4 and 20 million candidates.
enum Tuning {
    /// First γ without prices to start from, as a multiple of the mean |value|.
    static let coldSmoothing = 4.0
    /// γ of a stage as a part of that before.
    static let smoothingFactor = 0.4
    /// Below this multiple of the mean |value| a smaller γ would drown in rounding.
    static let smallestSmoothing = 1e-7
    /// Passes compute in single precision while γ is at least this part of the largest |value|, 2⁻¹², so that a fraction
    /// of a candidate is known to about three digits.
    static let singleSmoothing = 0x1p-12
    /// Larger folded prices are left to double precision.
    static let largestSinglePrice = 1e12

    /// With prices to start from, γ begins at this multiple of √gap · mean |value|: what smoothing costs grows with γ²,
    /// and at this γ it is about what the gap allows.
    static let warmSmoothing = 1.5
    /// … but within these multiples of the mean |value|.
    static let warmSmoothingRange = 0.01...0.1
    /// Reach of the first shortlist around given prices, as a multiple of the mean |value|.
    static let warmReach = 0.22
    /// … except prices of campaigns, which may move as far as it takes to change this part of what a campaign gets.
    static let warmPart = 0.12
    /// … but not less than this part of the reach; where prices of sets or cells move many campaigns at once, a
    /// campaign's own demand says too little, and it is not less than the reach.
    static let leastOwnReach = 0.6
    /// What tells how far that is: a part of the requests, and at least so many.
    static let warmSample = 0.03
    static let fewestWarmSampled = 300
    /// Selected candidates of a typical campaign that are counted with each campaign's own.
    static let typicalDemand = 4.0
    /// Prices may go so many times as far as that shortlist can answer for.
    static let warmStretch = 3.0
    /// A survey's own step gathers a band of this multiple of γ.
    static let leapWidth = 1.0
    /// The shortlist around the prices that it leads to reaches this multiple of the mean |value|.
    static let leapReach = 0.07
    /// Later shortlists of a warm solve reach at least this multiple of the mean |value|.
    static let warmStageReach = 0.05
    /// Prices may go so many times as far as these can answer for.
    static let warmStageStretch = 3.0
    /// Mismatch of rows whose prices an edge holds back may cost this part of the gap that is wanted.
    static let edgeShare = 0.6

    /// The sample is left when smoothing costs this part of the bound, or this multiple of the gap that is wanted: at a
    /// smaller γ it would follow the noise of its draw.
    static let sampleLoss = 5e-3
    static let sampleLossOfGap = 5.0
    /// A sample must have this many requests, and this many for each cell and slots for each campaign: prices of rows
    /// that it hardly knows are worse than none.
    static let fewestSampled = 100
    static let fewestSampledOfCell = 10
    static let fewestSlotsOfCampaign = 4

    static let stepsPerStage = 60
    /// A stage ends when the residual is below this part of γ · deliveries.
    static let stageResidual = 0.1
    /// Smoothing may cost this part of the gap that is wanted.
    static let lossShare = 0.2
    /// Mismatch of rows may cost this part of the gap that is wanted.
    static let residualShare = 0.2
    static let polishingSteps = 8
    /// A survey of the whole market waits until the estimated gap is below this part of the gap that is wanted.
    static let closeEnough = 0.6
    /// Refilling is worth its sweeps when the slack of priced rows is worth this part of the gap that is wanted.
    static let refillShare = 0.05

    /// Reach of a shortlist as a multiple of γ.
    static let reachOfSmoothing = 1.5
    /// Reach of the next shortlist as a part of this one's, when no price came to an edge of its region.
    static let reachFactor = 0.5
    /// A survey that finds the bound higher than the shortlist said, by this part of the gap that is wanted, found that
    /// the shortlist was too short.
    static let missedShare = 0.5
    static let reachAfterMiss = 4.0
    /// With fewer candidates a pass costs less than making a shortlist, and prices move far for every one of them.
    static let fewestShortlisted = 1 << 14
    /// Shortlists are tried below this multiple of the mean |value|.
    static let shortlistBelow = 0.5
    /// A shortlist longer than this part of what it was made from is not worth having.
    static let shortEnough = 0.7
    /// No shortlist is tried when more than this part of the candidates is selected already.
    static let fullEnough = 0.6
    /// Stages repeated at one γ because prices wanted to leave their region; the last of them goes without a shortlist.
    static let repeats = 4
    /// After this many passes shortlists are given up: the market is one of those that are solved as a whole or not at
    /// all.
    static let shortlistPasses = 60.0
    /// A descent that takes longer than this certifies between its stages.
    static let passesBetweenCertificates = 80.0
    /// Rounds of survey and descent without a better gap, after which a solve gives up.
    static let idleRounds = 6
}
