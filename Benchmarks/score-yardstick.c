// The scorer's loop in plain C over the same snapshot and requests; see score-speed.
//
//   score-yardstick score SNAPSHOT REQUESTS names|hashes PASSES
//
// Reads the snapshot by docs/snapshot.md alone, and checks nothing.
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { CANDIDATES = 500, SLATE = 25, SLOTS = 3 };
static const double MAX_BOOST = 2, PERCENTILE = 0.1, SMOOTHING = 0.005, EXPLORATION = 0.01;
static const int64_t NOW = 1795600000000;

typedef struct {
    int64_t start, end;
    uint32_t surfaces, markets, flags, first_track;
    int64_t number;
    uint64_t artist;
    double commission, streams, saves, new_listeners;
    double price[6];
} campaign_t;

typedef struct {
    uint64_t hash;
    uint32_t name, campaign;
} track_t;

typedef struct {
    const uint8_t *file;
    size_t length;
    const campaign_t *campaigns;
    const track_t *tracks;
    const uint64_t *names, *groups, *surface_sets, *market_sets;
    const uint32_t *slots;
    uint64_t group_mask;
    double worth[6], cell[6];
    int surface_bit, market_bit;
    size_t surface_words, market_words;
} snapshot_t;

static uint64_t word(const uint8_t *from) {
    uint64_t value;
    memcpy(&value, from, 8);
    return value;
}

static uint32_t half(const uint8_t *from) {
    uint32_t value;
    memcpy(&value, from, 4);
    return value;
}

// Into huge pages where there are any, as the scorer does.
static const uint8_t *load(const char *path, size_t *length) {
    enum { HUGE_PAGE = 2 << 20 };
    int file = open(path, O_RDONLY);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0) exit(2);
    *length = (size_t)status.st_size;
    size_t room = (*length + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    uint8_t *start = aligned_alloc(HUGE_PAGE, room);
    if (!start) exit(2);
#ifdef MADV_HUGEPAGE
    madvise(start, room, MADV_HUGEPAGE);
#endif
    for (size_t done = 0; done < *length;) {
        ssize_t more = read(file, start + done, *length - done);
        if (more <= 0) exit(2);
        done += (size_t)more;
    }
    close(file);
    return start;
}

static const uint8_t *section(const snapshot_t *s, uint32_t id, uint64_t *length) {
    uint32_t count = half(s->file + 12);
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *entry = s->file + 32 + 32 * i;
        if (half(entry) != id) continue;
        if (length) *length = word(entry + 16);
        return s->file + word(entry + 8);
    }
    exit(2);
}

// Place of a text in a list of them, counted from 1, and how many there are; 0 for none.
static int place(const uint8_t **at, const char *text, size_t *words) {
    uint32_t count = half(*at);
    int found = 0;
    *at += 4;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t length = half(*at);
        if (length == strlen(text) && memcmp(*at + 4, text, length) == 0) found = (int)i + 1;
        *at += 4 + length;
    }
    *words = (count + 1 + 63) / 64;
    return found;
}

static void open_snapshot(snapshot_t *s, const char *path) {
    uint64_t length;
    s->file = load(path, &s->length);
    s->campaigns = (const campaign_t *)section(s, 5, NULL);
    s->tracks = (const track_t *)section(s, 7, NULL);
    s->names = (const uint64_t *)section(s, 8, NULL);
    s->groups = (const uint64_t *)section(s, 9, &length);
    s->group_mask = length / 8 - 1;
    s->slots = (const uint32_t *)section(s, 10, NULL);
    s->surface_sets = (const uint64_t *)section(s, 11, NULL);
    s->market_sets = (const uint64_t *)section(s, 12, NULL);
    memcpy(s->worth, section(s, 2, NULL), sizeof s->worth);
    const uint8_t *contexts = section(s, 4, NULL);
    s->surface_bit = place(&contexts, "radio", &s->surface_words);
    s->market_bit = place(&contexts, "DE", &s->market_words);
    const uint8_t *cells = section(s, 3, NULL);
    uint32_t count = half(cells);
    cells += 4;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t surface = half(cells), market = half(cells + 4 + surface);
        int is_ours = surface == 5 && memcmp(cells + 4, "radio", 5) == 0 && market == 2
            && memcmp(cells + 8 + surface, "DE", 2) == 0;
        cells += 8 + surface + market;
        if (is_ours) memcpy(s->cell, cells, sizeof s->cell);
        cells += sizeof s->cell;
    }
}

#define ROTATE(x, b) (((x) << (b)) | ((x) >> (64 - (b))))
#define ROUND                                                                                        \
    v0 += v1, v1 = ROTATE(v1, 13) ^ v0, v0 = ROTATE(v0, 32), v2 += v3, v3 = ROTATE(v3, 16) ^ v2,     \
    v0 += v3, v3 = ROTATE(v3, 21) ^ v0, v2 += v1, v1 = ROTATE(v1, 17) ^ v2, v2 = ROTATE(v2, 32)

static uint64_t sip(uint64_t k0, uint64_t k1, const uint8_t *bytes, size_t count) {
    uint64_t v0 = k0 ^ 0x736f6d6570736575, v1 = k1 ^ 0x646f72616e646f6d;
    uint64_t v2 = k0 ^ 0x6c7967656e657261, v3 = k1 ^ 0x7465646279746573;
    size_t at = 0;
    for (; count - at >= 8; at += 8) {
        uint64_t m = word(bytes + at);
        v3 ^= m;
        ROUND;
        ROUND;
        v0 ^= m;
    }
    uint64_t last = (uint64_t)count << 56;
    if (count >= 8 && at < count) last |= word(bytes + count - 8) >> (64 - 8 * (count - at));
    else for (size_t i = at; i < count; i++) last |= (uint64_t)bytes[i] << (8 * (i - at));
    v3 ^= last;
    ROUND;
    ROUND;
    v0 ^= last;
    v2 ^= 0xff;
    for (int i = 0; i < 4; i++) ROUND;
    return v0 ^ v1 ^ v2 ^ v3;
}

// A number that grows as the score does, and back.
static int64_t order(float score) {
    int32_t bits;
    memcpy(&bits, &score, 4);
    return bits < 0 ? bits ^ 0x7fffffff : bits;
}

static float score_of(int64_t order) {
    int32_t bits = (int32_t)order;
    float score;
    if (bits < 0) bits ^= 0x7fffffff;
    memcpy(&score, &bits, 4);
    return score;
}

// The rank-th largest, by bisection: counting is cheaper than comparisons that nobody can predict.
static float largest(const float *v, int count, int rank) {
    float least = v[0], most = v[0];
    for (int i = 1; i < count; i++) {
        least = v[i] < least ? v[i] : least;
        most = v[i] > most ? v[i] : most;
    }
    int64_t low = order(least), high = order(most) + 1;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        float level = score_of(middle), smallest = INFINITY;
        int reaching = 0;
        for (int i = 0; i < count; i++) reaching += v[i] >= level;
        if (reaching == rank) {
            for (int i = 0; i < count; i++) smallest = v[i] >= level && v[i] < smallest ? v[i] : smallest;
            return smallest;
        }
        if (reaching > rank) low = middle;
        else high = middle;
    }
    return score_of(low);
}

// The SLATE largest in falling order: a score's place is how many exceed it.
static void slate(const float *v, int count, float *best) {
    float list[SLATE], last = largest(v, count, SLATE);
    int found = 0;
    for (int i = 0; i < SLATE; i++) list[i] = last;
    for (int i = 0; i < count; i++) {
        list[found] = v[i] > last ? v[i] : last;
        found += v[i] > last;
    }
    for (int i = 0; i < SLATE; i++) best[i] = -INFINITY;
    for (int i = 0; i < SLATE; i++) {
        int place = 0;
        for (int k = 0; k < SLATE; k++) place += list[k] > list[i];
        best[place] = list[i];
    }
    for (int i = 1; i < SLATE; i++)
        if (best[i] == -INFINITY) best[i] = best[i - 1];
}

static const uint64_t ONES = 0x0101010101010101, HIGHEST = 0x8080808080808080;

static int is_name(const uint8_t *name, size_t length, const uint64_t *known) {
    uint64_t difference = 0, rest = 0;
    size_t whole = length / 8, left = length % 8;
    for (size_t i = 0; i < whole; i++) difference |= word(name + 8 * i) ^ known[i];
    if (left == 0) return difference == 0;
    if (whole) rest = word(name + length - 8) >> (64 - 8 * left);
    else for (size_t i = 0; i < left; i++) rest |= (uint64_t)name[i] << (8 * i);
    return (difference | (rest ^ known[whole])) == 0;
}

static int64_t find(const snapshot_t *s, uint64_t hash, const uint8_t *name, size_t length) {
    uint64_t tags = (hash & 0x7f | 0x80) * ONES, at = hash >> 7 & s->group_mask;
    for (;; at = (at + 1) & s->group_mask) {
        uint64_t group = s->groups[at], difference = group ^ tags;
        for (uint64_t m = (difference - ONES) & ~difference & HIGHEST; m; m &= m - 1) {
            const track_t *track = s->tracks + s->slots[at * 8 + (uint64_t)__builtin_ctzll(m) / 8];
            if (track->hash != hash) continue;
            if (!name) return track->campaign;
            size_t words = track[1].name - track->name;
            const uint8_t *known = (const uint8_t *)(s->names + track->name);
            if ((length + 7) / 8 == words && memcmp(name, known, length) == 0
                && (length == words * 8 || known[length] == 0))
                return track->campaign;
        }
        if ((group & HIGHEST) != HIGHEST) return -1;
    }
}

typedef struct {
    uint32_t candidate, campaign;
    double net, boost, loss;
    float needed;
} offer_t;

typedef struct {
    long promotions;
    double sum;
} total_t;

static float next_up(float x) { return nextafterf(x, INFINITY); }

// Exact smoothed choice: bisection where a step of Newton's method would leave the bracket.
static void choose(const double *u, int n, double *x) {
    double top[SLOTS + 1] = {0};
    for (int i = 0; i < n; i++) {
        double v = u[i];
        for (int k = 0; k <= SLOTS; k++)
            if (v > top[k]) {
                double swap = top[k];
                top[k] = v;
                v = swap;
            }
    }
    double level = 0;
    if (top[SLOTS] > 0) {
        double low = fmax(0, top[SLOTS - 1] - SMOOTHING), high = top[SLOTS];
        if (top[SLOTS - 1] - top[SLOTS] >= SMOOTHING) {
            level = top[SLOTS] + (top[SLOTS - 1] - top[SLOTS] - SMOOTHING) / 2;
        } else {
            level = low;
            for (int step = 0; step < 60; step++) {
                double use = 0;
                int inside = 0;
                for (int i = 0; i < n; i++) {
                    double above = u[i] - level;
                    use += fmin(fmax(above, 0), SMOOTHING);
                    inside += above > 0 && above < SMOOTHING;
                }
                double excess = use - SMOOTHING * SLOTS;
                if (excess > 0) low = level;
                else high = level;
                double next = inside ? level + excess / inside : (low + high) / 2;
                if (!(next > low && next < high)) next = low + (high - low) / 2;
                if (next == level || fabs(excess) < 1e-17) break;
                level = next;
            }
        }
    }
    for (int i = 0; i < n; i++) x[i] = fmin(fmax((u[i] - level) * (1 / SMOOTHING), 0), 1);
}

static void score(const snapshot_t *s, const uint8_t *request, int by_hash, double point, total_t *total) {
    static uint32_t candidates[CANDIDATES + 1];
    static uint64_t hashes[CANDIDATES + 1], places[1024];
    static uint32_t campaigns[CANDIDATES + 1];
    static uint8_t is_match[CANDIDATES + 1];
    static offer_t offers[CANDIDATES];
    static double net[CANDIDATES], inclusion[CANDIDATES];
    const float *organic = (const float *)request, *stream = organic + CANDIDATES;
    const uint64_t *given = (const uint64_t *)(request + 8 * CANDIDATES);
    const uint32_t *offsets = (const uint32_t *)(request + 16 * CANDIDATES);
    const uint8_t *names = request + 16 * CANDIDATES + 4 * (CANDIDATES + 2);

    float best[SLATE];
    slate(organic, CANDIDATES, best);
    float displaced = best[SLATE - SLOTS], floor = best[SLATE - 1], above = next_up(displaced);
    float least = largest(organic, CANDIDATES, CANDIDATES - (int)ceil(PERCENTILE * CANDIDATES) + 1);

    int eligible = 0, likely = 0, found = 0, count = 0;
    for (int i = 0; i < CANDIDATES; i++) {
        candidates[eligible] = (uint32_t)i;
        eligible += organic[i] < floor && organic[i] >= least && above - organic[i] <= (float)MAX_BOOST;
    }
    for (int i = 0; i < eligible; i++) {
        uint32_t c = candidates[i];
        hashes[i] = by_hash ? given[c]
            : sip(0x6f617369732d6964, 0x656e746966696572, names + offsets[c], offsets[c + 1] - offsets[c]);
    }
    for (int i = 0; i < eligible; i++) {
        uint64_t hash = hashes[i], at = hash >> 7 & s->group_mask, group = s->groups[at];
        uint64_t difference = group ^ (hash & 0x7f | 0x80) * ONES;
        uint64_t matches = (difference - ONES) & ~difference & HIGHEST;
        candidates[likely] = candidates[i];
        hashes[likely] = hash;
        campaigns[likely] = (uint32_t)(at * 8 + (matches ? (uint64_t)__builtin_ctzll(matches) / 8 : 0));
        likely += matches != 0 || (group & HIGHEST) == HIGHEST;
    }
    for (int i = 0; i < likely; i++) campaigns[i] = s->slots[campaigns[i]];
    for (int i = 0; i < likely; i++) {
        track_t track = s->tracks[campaigns[i]];
        places[i] = (uint64_t)track.name << 32 | track.campaign;
        is_match[i] = track.hash == hashes[i];
    }
    for (int i = 0; i < likely; i++) {
        uint32_t c = candidates[i], length = offsets[c + 1] - offsets[c];
        int64_t campaign = places[i] & 0xffffffff;
        uint32_t first = (uint32_t)(places[i] >> 32), words = s->tracks[campaigns[i] + 1].name - first;
        int is_named = is_match[i]
            && (by_hash || ((length + 7) / 8 == words && is_name(names + offsets[c], length, s->names + first)));
        if (!is_named) campaign = find(s, hashes[i], by_hash ? NULL : names + offsets[c], length);
        if (campaign < 0) continue;
        candidates[found] = c;
        campaigns[found++] = (uint32_t)campaign;
    }
    int serving = 0;
    for (int i = 0; i < found; i++) {
        const campaign_t *k = s->campaigns + campaigns[i];
        candidates[serving] = candidates[i];
        campaigns[serving] = campaigns[i];
        serving += k->start <= NOW && (NOW < k->end || k->end == INT64_MAX)
            && s->surface_sets[k->surfaces * s->surface_words + (size_t)s->surface_bit / 64] >> (s->surface_bit & 63) & 1
            && s->market_sets[k->markets * s->market_words + (size_t)s->market_bit / 64] >> (s->market_bit & 63) & 1;
    }
    found = serving;
    size_t capacity = 8;
    while (capacity < 2 * (size_t)found) capacity *= 2;
    memset(places, 0, capacity * 8);
    for (int i = 0; i < found; i++) {
        uint32_t c = candidates[i], index = campaigns[i];
        const campaign_t *k = s->campaigns + index;
        double streams = stream[c];
        double worth = s->worth[0] - k->price[0] - s->cell[0];
        worth += streams * (s->worth[1] - k->price[1] - s->cell[1]);
        worth += streams * k->saves * (s->worth[2] - k->price[2] - s->cell[2]);
        worth += streams * k->new_listeners * (s->worth[3] - k->price[3] - s->cell[3]);
        worth += streams * k->commission * (s->worth[4] - k->price[4] - s->cell[4]);
        double loss_price = 1 + k->price[5] + s->cell[5], loss = (double)displaced - organic[c];
        float needed = above - organic[c];
        while (organic[c] + needed <= displaced) needed = next_up(needed);
        if (needed > (float)MAX_BOOST) continue;
        offer_t offer = {c, index, worth - loss_price * loss, worth / loss_price, loss, needed};
        uint64_t wanted = (uint64_t)index + 1;
        size_t entry = wanted * 0x9e3779b97f4a7c15 >> 40 & (capacity - 1);
        while (places[entry] && places[entry] >> 32 != wanted) entry = (entry + 1) & (capacity - 1);
        if (!places[entry]) {
            places[entry] = wanted << 32 | (uint64_t)count;
            offers[count++] = offer;
        } else if (offer.net > offers[places[entry] & 0xffffffff].net) {
            offers[places[entry] & 0xffffffff] = offer;
        }
    }
    if (count == 0) return;
    for (int i = 0; i < count; i++) net[i] = offers[i].net;
    choose(net, count, inclusion);
    double share = fmin(1, (double)SLOTS / count) * EXPLORATION, tooth = point, covered = 0;
    int drawn = 0;
    for (int i = 0; i < count; i++) {
        double p = (1 - EXPLORATION) * inclusion[i] + share;
        covered += p;
        if (drawn < SLOTS && (tooth < covered || (p >= 1 && tooth < covered + 1e-9))) {
            tooth += 1;
            drawn++;
            float boost = fmaxf(fminf((float)offers[i].boost, (float)MAX_BOOST), offers[i].needed);
            total->promotions++;
            total->sum += (double)(boost * (float)p);
        }
    }
}

int main(int argc, char **argv) {
    if (argc != 6) return 2;
    snapshot_t snapshot = {0};
    open_snapshot(&snapshot, argv[2]);
    size_t length;
    const uint8_t *requests = load(argv[3], &length);
    int by_hash = strcmp(argv[4], "hashes") == 0, passes = atoi(argv[5]);
    uint64_t count = word(requests);
    double point = (double)(sip(1, 2, (const uint8_t *)"request", 7) >> 11) * 0x1p-53;
    total_t total = {0};
    printf("seconds");
    for (int pass = 0; pass < passes; pass++) {
        struct timespec start, end;
        total = (total_t){0};
        clock_gettime(CLOCK_MONOTONIC, &start);
        const uint8_t *request = requests + 8;
        for (uint64_t i = 0; i < count; i++) {
            score(&snapshot, request, by_hash, point, &total);
            uint32_t names = half(request + 20 * CANDIDATES);
            request += 16 * CANDIDATES + 4 * (CANDIDATES + 2) + (names + 7) / 8 * 8;
        }
        clock_gettime(CLOCK_MONOTONIC, &end);
        printf(" %.9f", (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec));
    }
    printf("\ncandidates %llu\nsums %ld %.9f\n", (unsigned long long)count * CANDIDATES, total.promotions, total.sum);
    return 0;
}
