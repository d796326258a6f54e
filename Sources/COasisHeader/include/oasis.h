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

#ifdef __cplusplus
}
#endif

#endif
