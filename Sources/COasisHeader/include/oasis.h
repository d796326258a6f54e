/// Oasis in your own process: what `oasis solve` and a server's score call do, as functions of C.
///
/// The library is one file, liboasis, that needs nothing but the C library. It opens no socket, starts no thread that
/// outlives a call, and looks at no clock to decide something.
///
/// How every function behaves:
///
/// - It returns an `oasis_status`, and `OASIS_OK` alone means that outputs were written. Whatever else it returns,
///   nothing was written but `error`.
/// - It checks every pointer, size and value at the door. NULL where it is not allowed, or a value that breaks a rule,
///   is a status and never a crash. Only memory that is not as long as its count says cannot be noticed.
/// - Every struct begins with `struct_size`, which the caller sets to `sizeof` of the struct that it was compiled with,
///   so that structs can grow. A larger struct than the library knows is taken while its unknown part is all zero.
/// - Text is UTF-8 with a length and needs no NUL at its end.
/// - `error` may be NULL. What went wrong is written into the caller's own struct, so threads do not share any.
/// - All functions may be called by any number of threads at once. Handles never change after they were made and are
///   shared freely; only `..._close` must come after every other use.
///
/// Sizes in bytes are `uint64_t`, so that the layout is the same for every 64-bit platform and language.
#ifndef OASIS_H
#define OASIS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Version of this interface. It grows when something is added and never means something else.
#define OASIS_ABI_VERSION 1

/// Version of the interface that the library offers: use it when it is at least the `OASIS_ABI_VERSION` compiled with.
uint32_t oasis_abi_version(void);

// MARK: How calls end

/// How a call ended.
typedef int32_t oasis_status;

enum {
    /// Done; outputs are written.
    OASIS_OK = 0,
    /// An argument is no argument: NULL, a size that is not known, an array that is too short. A mistake in the program.
    OASIS_BAD_ARGUMENT = 1,
    /// The input breaks a rule; `error` names field, element and rule.
    OASIS_REFUSED = 2,
    /// A file cannot be read, or is not what it should be.
    OASIS_BAD_FILE = 3,
    /// Not even the shape of a receipt.
    OASIS_RECEIPT_MALFORMED = 10,
    /// Signed with a key that is not, or no longer, known.
    OASIS_RECEIPT_UNKNOWN_KEY = 11,
    /// The signature does not match.
    OASIS_RECEIPT_FORGED = 12,
    /// It was issued too long ago.
    OASIS_RECEIPT_EXPIRED = 13,
};

/// What was wrong, where, and what to do about it.
typedef struct oasis_error {
    uint64_t struct_size;
    /// The element at fault in an array; -1 when it is about the whole.
    int64_t index;
    /// Field, array or file section at fault, ended by NUL; empty when it is about the whole.
    char field[128];
    /// What must hold and what was found, as half a sentence ended by NUL: `must be finite, but is nan`.
    char rule[512];
} oasis_error;

/// UTF-8 text of someone else's.
typedef struct oasis_text {
    const char *bytes;
    uint64_t length;
} oasis_text;

// MARK: Solving a market

/// An amount that promoting a candidate causes.
typedef struct oasis_attribute {
    /// Such as `delivery`; each once.
    oasis_text name;
    /// One for each candidate; NULL means 1 for every candidate.
    const float *amount;
} oasis_attribute;

/// What a row counts.
enum { OASIS_SCOPE_ALL = 0, OASIS_SCOPE_CAMPAIGN = 1, OASIS_SCOPE_SET = 2, OASIS_SCOPE_CELL = 3 };

/// Which side of a row's bound is wanted.
enum { OASIS_SENSE_AT_MOST = 1, OASIS_SENSE_AT_LEAST = -1 };

/// A market as columns: maximise the value of what is promoted, within slots and rows.
///
/// The arrays are those of a problem directory (`oasis solve`), with the same names and rules. They are read in place
/// and must not change during the call.
typedef struct oasis_problem {
    uint64_t struct_size;
    uint64_t request_count;
    uint64_t candidate_count;
    /// Number of campaigns; 0 means one more than the largest id anywhere.
    uint64_t campaign_count;
    /// Number of cells; 0 means one more than the largest id anywhere.
    uint64_t cell_count;
    uint64_t attribute_count;
    uint64_t set_count;
    uint64_t set_member_count;
    uint64_t row_count;
    /// [request_count + 1] Where each request's candidates begin, from 0 to candidate_count.
    const int64_t *offsets;
    /// [request_count] Promotable slots.
    const int32_t *slots;
    /// [request_count] How many real requests each stands for; NULL means 1.
    const float *weight;
    /// [request_count] Cell of each; NULL means 0.
    const int32_t *cell;
    /// [candidate_count] Campaign of each.
    const int32_t *campaign;
    /// [candidate_count] Value of each, in organic-score units.
    const float *value;
    /// [attribute_count] What rows count.
    const oasis_attribute *attributes;
    /// [set_count + 1] Where each set of campaigns begins in set_campaign; NULL when there are none.
    const int64_t *set_offsets;
    /// [set_member_count] Members of all sets.
    const int32_t *set_campaign;
    /// [row_count] Index into attributes.
    const int32_t *row_attribute;
    /// [row_count] OASIS_SCOPE_...
    const uint8_t *row_scope_kind;
    /// [row_count] Campaign, set or cell; not read for OASIS_SCOPE_ALL.
    const int32_t *row_scope;
    /// [row_count] OASIS_SENSE_...
    const int8_t *row_sense;
    /// [row_count] The bound.
    const double *row_bound;
    /// [row_count] Taken from every coefficient, 0 to 1; NULL means 0.
    const double *row_share;
    /// [row_count] Cost of one unit of violation; infinity makes a row hard, as NULL does with all of them.
    const double *row_penalty;
} oasis_problem;

/// Where a solve stands.
typedef struct oasis_progress {
    uint64_t struct_size;
    /// Passes so far, in equivalents of a full one.
    double passes;
    /// Smoothing, in units of value.
    double smoothing;
    /// Upper bound at the current prices, not yet proven.
    double bound;
    /// Estimated value of the current selection.
    double estimate;
    /// Best proven gap so far; infinity before the first proof.
    double certified_gap;
} oasis_progress;

/// How hard to try, and with what. Begin with `OASIS_SOLVE_OPTIONS`.
typedef struct oasis_solve_options {
    uint64_t struct_size;
    /// Stop when the proven relative gap is at most this, > 0 and < 1.
    double target_gap;
    /// Part of the requests to find first prices on, 0 to 1.
    double sample_share;
    /// Draws the sample: the same seed gives the same answer.
    uint64_t seed;
    /// Threads, 1 to 256; the answer is the same for any number.
    uint32_t threads;
    /// 1 promotes whole candidates only; 0 also parts of them.
    uint32_t is_integral;
    /// Give up after this many passes, at least 1.
    uint64_t passes_maximum;
    /// Give up after this long; 0 means never.
    double time_limit_seconds;
    /// [row_count] Prices of a similar problem to start from; NULL starts cold.
    const double *starting_price;
    /// Called on the calling thread after every pass; anything but 0 ends the solve with the best answer so far. May be
    /// NULL.
    int32_t (*progress)(const oasis_progress *progress, void *context);
    /// Handed to `progress`.
    void *context;
} oasis_solve_options;

/// Options with the defaults of `oasis solve`, but for one thread.
#define OASIS_SOLVE_OPTIONS \
    { sizeof(oasis_solve_options), 1e-4, 0.1, 1, 1, 0, 1000, 0, 0, 0, 0 }

/// How a solve ended.
enum {
    /// The gap is at most the one asked for.
    OASIS_OPTIMAL = 0,
    /// Passes ran out, or more precision would not have helped.
    OASIS_GAP_NOT_REACHED = 1,
    /// The time limit passed.
    OASIS_TIME_LIMIT = 2,
    /// `progress` asked to stop.
    OASIS_INTERRUPTED = 3,
};

/// What has been proven about a solution.
typedef struct oasis_certificate {
    uint64_t struct_size;
    /// OASIS_OPTIMAL, ...
    int32_t status;
    int32_t reserved;
    /// No feasible allocation is worth more than this.
    double dual_bound;
    /// What the allocation is worth, penalties paid.
    double feasible_value;
    /// (dual_bound - feasible_value) / max(|dual_bound|, 1e-9).
    double relative_gap;
    /// Worst violation of a hard row, relative to max(|bound|, sum of |a x|, 1).
    double max_relative_violation;
    /// Passes over candidates of any kind, in equivalents of one over all of them.
    double passes;
    /// The part of them that went over a sample.
    double sample_passes;
    /// Work of conjugate gradients, in equivalents of a pass.
    double conjugate_gradient_passes;
    /// Wall-clock seconds.
    double seconds;
    /// Smoothing at the end, in units of value.
    double smoothing;
} oasis_certificate;

/// Where a solution is written.
typedef struct oasis_solution {
    uint64_t struct_size;
    /// [row_count] Price of each row.
    double *price;
    /// [candidate_count] Promoted part of each candidate, 0 to 1, within slots and hard rows.
    float *allocation;
    /// [row_count] By how much each row with a penalty gave way; NULL when not wanted.
    double *shortfall;
    /// The proof; its struct_size is set by the caller.
    oasis_certificate certificate;
} oasis_solution;

/// Finds prices, a feasible allocation, and a proof of how good they are.
///
/// A solve that stops early is `OASIS_OK`, too: what is proven, the certificate says. The same problem and options give
/// the same bytes as `oasis solve` writes, whatever the number of threads, unless a time limit or `progress` ends it.
///
/// `options` may be NULL for `OASIS_SOLVE_OPTIONS`.
oasis_status oasis_solve(
    const oasis_problem *problem,
    const oasis_solve_options *options,
    oasis_solution *solution,
    oasis_error *error
);

// MARK: Snapshots

/// Prices as the planner left them in a file, and everything else that scoring needs. Opened once, never changed.
typedef struct oasis_snapshot oasis_snapshot;

/// Maps a snapshot file and checks all of it.
///
/// The file must not be changed while it is open; a server never does, it writes new ones beside it and removes old
/// ones, which harms nobody who has them open.
oasis_status oasis_snapshot_open(oasis_text path, oasis_snapshot **snapshot, oasis_error *error);

/// Ends the use of a snapshot. NULL is fine.
void oasis_snapshot_close(oasis_snapshot *snapshot);

/// What a snapshot is.
typedef struct oasis_snapshot_info {
    uint64_t struct_size;
    /// Grows with each snapshot.
    uint64_t number;
    /// When it was made, in milliseconds since 1970.
    int64_t created_at_milliseconds;
    int64_t policy_version;
    /// Campaigns have places 0 to campaign_count - 1.
    uint64_t campaign_count;
    uint64_t track_count;
    uint64_t cell_count;
    /// No boost is larger, but for the rounding that lifts a candidate above what it displaces.
    double boost_maximum;
    /// Most promotions in one reply.
    uint64_t promoted_per_slate_maximum;
    /// The organic score's scale, ended by NUL; cut when it is longer.
    char scale[128];
} oasis_snapshot_info;

/// Says what a snapshot is.
oasis_status oasis_snapshot_info_get(const oasis_snapshot *snapshot, oasis_snapshot_info *info, oasis_error *error);

/// A campaign in a snapshot.
typedef struct oasis_campaign {
    uint64_t struct_size;
    /// Its number in the ledger.
    int64_t number;
    /// Whether each promotion takes a unit of its cap.
    uint32_t has_cap;
    uint32_t reserved;
    /// Its name, ended by NUL.
    char name[136];
} oasis_campaign;

/// The campaign at a place.
oasis_status oasis_snapshot_campaign(
    const oasis_snapshot *snapshot,
    uint64_t place,
    oasis_campaign *campaign,
    oasis_error *error
);

/// 64-bit hashes of names, as `oasis_score` takes them instead of the names: the same for ever and everywhere.
///
/// Name i reaches from `offsets[i]` to `offsets[i + 1]` in `names`.
oasis_status oasis_name_hashes(
    oasis_text names,
    const uint32_t *offsets,
    uint64_t count,
    uint64_t *hashes,
    oasis_error *error
);

// MARK: Secrets

/// What draws and signs. Made once, never changed.
typedef struct oasis_keys oasis_keys;

/// A secret that signs receipts.
typedef struct oasis_receipt_key {
    /// Written into each receipt, 0 to 255.
    uint32_t id;
    uint32_t reserved;
    /// [secret_length] At least 16 bytes.
    const uint8_t *secret;
    uint64_t secret_length;
} oasis_receipt_key;

/// The keys of a server, from the text of its file `receipt.key`: draws and receipts are then the server's own.
oasis_status oasis_keys_read(oasis_text receipt_key, oasis_keys **keys, oasis_error *error);

/// Keys from their parts; the first of `receipt_keys` signs, and all of them verify.
oasis_status oasis_keys_make(
    uint64_t draw_key,
    const oasis_receipt_key *receipt_keys,
    uint64_t receipt_key_count,
    oasis_keys **keys,
    oasis_error *error
);

/// Ends the use of keys. NULL is fine.
void oasis_keys_close(oasis_keys *keys);

// MARK: Scoring

/// Most candidates of a request.
#define OASIS_CANDIDATES_MAXIMUM 1000
/// Most bytes of a receipt.
#define OASIS_RECEIPT_BYTES 96

/// One ranking decision of the caller's. Arrays run side by side and are read in place.
///
/// There is no ledger in this process, so nothing is known of caps but what the caller says. `units_left` says how many
/// more promotions each campaign with a cap may have; the caller takes one off for each promotion that comes back, and
/// gets units from a server's leases or not at all. Without `units_left`, campaigns with a cap are not promoted, and
/// `degraded` says so when one would have been: safe, because a cap is then never exceeded. Campaigns without a cap need
/// no units.
typedef struct oasis_score_request {
    uint64_t struct_size;
    /// The same one again gives the same draw.
    oasis_text request_id;
    /// A pseudonym, never a name.
    oasis_text listener;
    oasis_text surface;
    oasis_text market;
    /// Names the unit of the organic scores; must be the snapshot's.
    oasis_text scale;
    /// When it is decided, in milliseconds since 1970; what is in force then, and what receipts say.
    int64_t time_milliseconds;
    /// How many tracks will be played, 1 to 100.
    int32_t slate_size;
    /// How many of them may be promoted, 0 to slate_size.
    int32_t promotable_slots;
    /// 1 to OASIS_CANDIDATES_MAXIMUM.
    uint64_t candidate_count;
    /// Names of the candidates, one after the other.
    oasis_text track_names;
    /// [candidate_count + 1] Where each name begins in track_names, and where the last one ends.
    const uint32_t *track_offsets;
    /// [candidate_count] `oasis_name_hashes` of the names, instead of the two above; faster.
    const uint64_t *track_hashes;
    /// [candidate_count] The ranker's own calibrated utility of playing each.
    const float *organic_score;
    /// [candidate_count] Probability that each is streamed for 30 s; NULL when the ranker does not know.
    const float *stream_probability;
    /// [candidate_count] 1 where the listener never streamed the artist, else 0; NULL when the ranker does not know.
    const uint8_t *is_new_to_artist;
    /// Draws and signs; NULL draws by `draw_key` and signs nothing.
    const oasis_keys *keys;
    /// Keys the draw when there are no keys.
    uint64_t draw_key;
    /// Campaigns in the next two arrays, which must be all of the snapshot's; 0 without arrays.
    uint64_t campaign_count;
    /// [campaign_count] Promotions left of each campaign with a cap; NULL leaves those campaigns out.
    const uint32_t *units_left;
    /// [campaign_count] Lease whose unit a campaign with a cap uses, for its receipts; NULL writes 0.
    const int64_t *lease;
    /// From which age of the snapshot on the reply is flagged; 0 means never.
    double stale_after_seconds;
    /// From which age of the snapshot on nothing is promoted; 0 means never.
    double expired_after_seconds;
} oasis_score_request;

/// What shaped a promotion: bits of `reasons`.
enum {
    OASIS_REASON_WORTH_ITS_PRICE = 1 << 0,
    OASIS_REASON_EXPLORATION = 1 << 1,
    OASIS_REASON_MAX_BOOST = 1 << 2,
    OASIS_REASON_NOT_WORTH_ITS_PRICE = 1 << 3,
    OASIS_REASON_SLATE_LIMIT = 1 << 4,
    OASIS_REASON_MINIMUM_GAP = 1 << 5,
    OASIS_REASON_CAMPAIGN_FREQUENCY = 1 << 6,
    OASIS_REASON_ARTIST_FREQUENCY = 1 << 7,
    OASIS_REASON_ORGANIC_PERCENTILE = 1 << 8,
    OASIS_REASON_HOLDOUT = 1 << 9,
    OASIS_REASON_PROMOTION_STOPPED = 1 << 10,
    OASIS_REASON_LEASE_EXHAUSTED = 1 << 11,
    OASIS_REASON_PULLED_BACK = 1 << 12,
};

/// What was not as it should be, though the reply is safe to use: bits of `degraded`.
enum {
    OASIS_DEGRADED_NO_SNAPSHOT = 1 << 0,
    OASIS_DEGRADED_STALE_SNAPSHOT = 1 << 1,
    OASIS_DEGRADED_EXPIRED_SNAPSHOT = 1 << 2,
    OASIS_DEGRADED_SCALE_MISMATCH = 1 << 3,
    OASIS_DEGRADED_PROMOTION_STOPPED = 1 << 4,
    OASIS_DEGRADED_LEASE_EXHAUSTED = 1 << 5,
    OASIS_DEGRADED_TOO_MANY_CELLS = 1 << 6,
    OASIS_DEGRADED_LEDGER_UNAVAILABLE = 1 << 7,
    OASIS_DEGRADED_FROZEN_PRICES = 1 << 8,
    OASIS_DEGRADED_DEADLINE_EXCEEDED = 1 << 9,
    OASIS_DEGRADED_OVERLOADED = 1 << 10,
    OASIS_DEGRADED_FREQUENCY_STATE_MISSING = 1 << 11,
};

/// Which side of the permanent experiment a listener is on.
enum { OASIS_ARM_PROMOTED = 0, OASIS_ARM_HOLDOUT = 1 };

/// Which candidates to raise, by how much, and why. Every candidate that is not listed has a boost of 0.
typedef struct oasis_score_reply {
    uint64_t struct_size;
    /// Set by the caller: elements of each array below; at least the request's promotable_slots.
    uint64_t capacity;
    /// [capacity] The promoted candidates' places in the request.
    uint32_t *index;
    /// [capacity] What to add to their organic scores, > 0.
    float *boost;
    /// [capacity] Probability with which each was promoted; NULL when not wanted.
    float *propensity;
    /// [capacity] Places of the promoted campaigns in the snapshot; NULL when not wanted.
    uint32_t *campaign;
    /// [capacity] OASIS_REASON_... bits; NULL when not wanted.
    uint32_t *reasons;
    /// [capacity * OASIS_RECEIPT_BYTES] Receipt i begins at i * OASIS_RECEIPT_BYTES; NULL when not wanted. Needs keys.
    uint8_t *receipt;
    /// [capacity] Bytes of each receipt; NULL exactly when receipt is.
    uint32_t *receipt_length;
    /// How many candidates are promoted.
    uint64_t count;
    /// OASIS_DEGRADED_... bits.
    uint32_t degraded;
    /// OASIS_ARM_...; a holdout listener is never promoted to.
    int32_t arm;
    /// The snapshot that priced it.
    uint64_t snapshot_number;
    int64_t policy_version;
    double snapshot_age_seconds;
    /// Predicted organic utility that the promotions displace.
    double listener_loss;
    /// Organic utility of the slate without promotion.
    double organic_utility;
} oasis_score_reply;

/// Decides what to promote in one request.
///
/// Pure: the same snapshot, request and keys give the same bytes, here and in a server that has the same units left.
oasis_status oasis_score(
    const oasis_snapshot *snapshot,
    const oasis_score_request *request,
    oasis_score_reply *reply,
    oasis_error *error
);

// MARK: Receipts

/// What a valid receipt says about the promotion that it was issued for.
typedef struct oasis_receipt_facts {
    uint64_t struct_size;
    /// The campaign's number in the ledger.
    int64_t campaign_number;
    /// `oasis_name_hashes` of the track's and the listener's names.
    uint64_t track_hash;
    uint64_t listener_hash;
    /// When it was issued, in milliseconds since 1970.
    int64_t issued_at_milliseconds;
    /// The snapshot that priced it.
    uint64_t snapshot_number;
    /// The lease whose unit it uses; 0 for a campaign without a cap.
    int64_t lease;
    /// Names the promotion: the same request and track give the same one.
    uint64_t promotion;
    /// Probability with which this candidate was promoted.
    float propensity;
    uint32_t reserved;
    /// Where, each ended by NUL.
    char surface[24];
    char market[16];
} oasis_receipt_facts;

/// Verifies a receipt and says what is in it; whether it was used before, the ledger alone knows.
///
/// `now_milliseconds` and `horizon_milliseconds` decide whether it has expired; a horizon of 0 means never.
oasis_status oasis_receipt_verify(
    const oasis_keys *keys,
    const uint8_t *receipt,
    uint64_t receipt_length,
    int64_t now_milliseconds,
    int64_t horizon_milliseconds,
    oasis_receipt_facts *facts,
    oasis_error *error
);

#ifdef __cplusplus
}
#endif

#endif
