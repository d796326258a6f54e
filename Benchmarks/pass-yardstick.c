// The solver's pass in C: the same sums, the same projection, single precision, as fast as its author can make it.
//
// It reads what `pass-benchmark write` wrote and prints what `pass-benchmark run` prints, so that a script can compare
// both. One block of four candidates is one vector; everything else is plain C.
//
//   clang -O3 -o pass-yardstick pass-yardstick.c -lpthread
//   ./pass-yardstick /tmp/market caps 1 0.002 1 2 20

#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef float f4 __attribute__((vector_size(16)));
typedef float f4u __attribute__((vector_size(16), aligned(4)));
typedef int32_t i4 __attribute__((vector_size(16)));

static const double meanValue = 0.03;
enum { cells = 100, mostSlots = 7, mostLength = 1024 };

typedef struct {
    int64_t requests, candidates, campaigns;
    int slots, all;
    float smoothing;
    const int64_t *offsets;
    const int32_t *cell, *campaign;
    const float *value, *loss;
    float *campaignPrice, *cellPrice;
    double *sums;
    int64_t stride;
    int chunks;
} Market;

typedef struct { double top, linear, square, delivered; } Totals;

static inline f4 load(const float *p) { return *(const f4u *)p; }
static inline void store(float *p, f4 v) { *(f4u *)p = v; }
static inline f4 splat(float x) { return (f4){x, x, x, x}; }
static inline f4 pick(i4 mask, f4 a, f4 b) { return (f4)(((i4)a & mask) | ((i4)b & ~mask)); }
static inline f4 greater(f4 a, f4 b) { return pick(a > b, a, b); }
static inline f4 lesser(f4 a, f4 b) { return pick(a < b, a, b); }
static inline f4 counted(f4 a, float level) { return (f4)((i4)splat(1) & (a > splat(level))); }
static inline float total(f4 a) { return (a[0] + a[2]) + (a[1] + a[3]); }

typedef struct { f4 a, b, c, d; } Rungs;

static inline f4 insert(Rungs *r, f4 v) {
    f4 w = lesser(r->a, v); r->a = greater(r->a, v);
    f4 x = lesser(r->b, w); r->b = greater(r->b, w);
    f4 y = lesser(r->c, x); r->c = greater(r->c, x);
    f4 z = lesser(r->d, y); r->d = greater(r->d, y);
    return z;
}

static inline Rungs ordered(Rungs r) {
    f4 one = greater(r.a, r.c), two = greater(r.b, r.d), three = lesser(r.a, r.c), four = lesser(r.b, r.d);
    return (Rungs){greater(one, two), lesser(one, two), greater(three, four), lesser(three, four)};
}

static inline Rungs larger(Rungs r, Rungs o) {
    return (Rungs){greater(r.a, o.d), greater(r.b, o.c), greater(r.c, o.b), greater(r.d, o.a)};
}

#define SWAPPED(r, i, j, k, l) (Rungs){ \
    __builtin_shufflevector(r.a, r.a, i, j, k, l), __builtin_shufflevector(r.b, r.b, i, j, k, l), \
    __builtin_shufflevector(r.c, r.c, i, j, k, l), __builtin_shufflevector(r.d, r.d, i, j, k, l)}

static inline void mergeEight(Rungs *upper, Rungs *lower, Rungs otherUpper, Rungs otherLower) {
    Rungs u = larger(*upper, otherLower), l = larger(*lower, otherUpper);
    *upper = ordered((Rungs){greater(u.a, l.a), greater(u.b, l.b), greater(u.c, l.c), greater(u.d, l.d)});
    *lower = ordered((Rungs){lesser(u.a, l.a), lesser(u.b, l.b), lesser(u.c, l.c), lesser(u.d, l.d)});
}

static inline void findLargest(const float *values, int count, int slots, float *largest) {
    Rungs upper = {{0}, {0}, {0}, {0}};
    if (slots < 4) {
        for (int i = 0; i < count; i += 4) insert(&upper, load(values + i));
        upper = ordered(larger(upper, SWAPPED(upper, 2, 3, 0, 1)));
        upper = ordered(larger(upper, SWAPPED(upper, 1, 0, 3, 2)));
        store(largest, (f4){upper.a[0], upper.b[0], upper.c[0], upper.d[0]});
        return;
    }
    Rungs lower = {{0}, {0}, {0}, {0}};
    for (int i = 0; i < count; i += 4) insert(&lower, insert(&upper, load(values + i)));
    mergeEight(&upper, &lower, SWAPPED(upper, 2, 3, 0, 1), SWAPPED(lower, 2, 3, 0, 1));
    mergeEight(&upper, &lower, SWAPPED(upper, 1, 0, 3, 2), SWAPPED(lower, 1, 0, 3, 2));
    store(largest, (f4){upper.a[0], upper.b[0], upper.c[0], upper.d[0]});
    store(largest + 4, (f4){lower.a[0], lower.b[0], lower.c[0], lower.d[0]});
}

static float reciprocals[20];  // 1/i at place 7 + i, 0 for i <= 0

static inline f4 running(f4 v, float low, float most) {
    f4 zero = {0}, above = lesser(greater(v - low, zero), splat(most));
    f4 pairs = above + __builtin_shufflevector(above, zero, 4, 0, 1, 2);
    return pairs + __builtin_shufflevector(pairs, zero, 4, 5, 0, 1);
}

static inline float fewLevel(const float *largest, int slots, float smoothing, float low, float high) {
    float prefix[12], most = high - low + smoothing, level = high - low;
    prefix[0] = 0;
    store(prefix + 1, running(load(largest), low, most));
    if (slots > 3) store(prefix + 5, running(load(largest + 4), low, most) + prefix[4]);
    for (int ones = 0; ones < slots; ones++) {
        float taken = prefix[ones] + smoothing * (float)(slots - ones);
        f4 row = (load(prefix + 1) - taken) * load(reciprocals + 7 + 1 - ones);
        if (slots > 3) row = greater(row, (load(prefix + 5) - taken) * load(reciprocals + 7 + 5 - ones));
        float x = row[0] > row[2] ? row[0] : row[2], y = row[1] > row[3] ? row[1] : row[3];
        float m = x > y ? x : y;
        level = m < level ? m : level;
    }
    return level > 0 ? low + level : low;
}

// Lanes above 0; elsewhere NaN, which `lesser` does not choose as its second argument.
static inline f4 only(f4 a) { return (f4)((i4)a | ~(a > splat(0))); }
static inline f4 closer(f4 room, f4 a) { return pick(only(a) < room, only(a), room); }
static inline float least(f4 a) {
    float x = a[0] < a[2] ? a[0] : a[2], y = a[1] < a[3] ? a[1] : a[3];
    return x < y ? x : y;
}

static float newtonUnclipped(const float *values, int count, float wanted, float smoothing, float level) {
    for (;;) {
        f4 s = {0}, t = {0}, zero = {0}, room = splat(__builtin_inff());
        for (int i = 0; i < count; i += 4) {
            f4 above = load(values + i) - level;
            s += counted(above, 0);
            t += greater(above, zero);
            room = closer(room, above);
        }
        float step = (total(t) - smoothing * wanted) / total(s), next = level + step;
        if (!(next > level)) return level;
        level = next;
        if (step <= least(room)) return level;
    }
}

static float newtonClipped(const float *values, int count, float wanted, float smoothing, float start, float end) {
    float level = start, low = start, high = end, lastOnes = -1, lastInterior = -1;
    for (int round = 0; round < 48; round++) {
        f4 o = {0}, s = {0}, t = {0}, zero = {0}, room = splat(__builtin_inff());
        for (int i = 0; i < count; i += 4) {
            f4 above = load(values + i) - level, aboveFull = above - smoothing;
            o += counted(aboveFull, 0);
            s += counted(above, 0);
            t += lesser(greater(above, zero), splat(smoothing));
            room = closer(closer(room, above), aboveFull);
        }
        float ones = total(o), interior = total(s) - ones, next;
        if (interior > 0) {
            float step = (total(t) - smoothing * wanted) / interior;
            next = level + step;
            int same = ones == lastOnes && interior == lastInterior;
            if (same || (step >= 0 && step <= least(room))) return next < low ? low : next > high ? high : next;
        } else if (ones == wanted) {
            return level;
        } else {
            next = ones > wanted ? end : start;
        }
        lastOnes = ones;
        lastInterior = interior;
        if (next > level) {
            low = level;
        } else {
            if (level == start) return level;
            high = level;
        }
        if (!(next > low && next < high)) next = low + (high - low) / 2;
        if (next == level) return level;
        level = next;
    }
    return level;
}

static inline int collect(const float *values, int count, float level, int32_t *places) {
    int found = 0;
    for (int first = 0; first < count; first += 32) {
        int padded = (count + 3) & ~3, end = padded < first + 32 ? padded : first + 32;
        i4 bits = {1, 2, 4, 8}, marked = {0};
        for (int i = first; i < end; i += 4) {
            marked |= (load(values + i) > splat(level)) & bits;
            bits <<= 4;
        }
        uint32_t mask = (uint32_t)(marked[0] | marked[1] | marked[2] | marked[3]);
        if (count - first < 32) mask &= (1u << (count - first)) - 1;
        for (; mask; mask &= mask - 1) places[found++] = first + __builtin_ctz(mask);
    }
    return found;
}

static Totals sweep(const Market *m, int64_t from, int64_t to, double *sums) {
    float reduced[mostLength], shares[mostLength], largest[8];
    int32_t places[mostLength];
    static const float onesThenZeros[8] = {1, 1, 1, 1, 0, 0, 0, 0};
    const float smoothing = m->smoothing, inverse = 1 / smoothing;
    double *byCampaign = sums, *deliveredByCell = sums + m->campaigns, *lossByCell = deliveredByCell + cells;
    Totals totals = {0};
    for (int64_t request = from; request < to; request++) {
        int64_t start = m->offsets[request];
        int count = (int)(m->offsets[request + 1] - start), padded = (count + 3) & ~3, slots = m->slots;
        if (slots == 0 || count == 0) continue;
        int cell = m->all ? m->cell[request] : 0;
        const float *value = m->value + start, *loss = m->loss + start, *price = m->campaignPrice;
        const int32_t *campaign = m->campaign + start;
        // The files are mapped, and padded by the caller where a block would reach past their end.
        for (int i = 0; i < padded; i += 4) {
            f4 p = {price[campaign[i]], price[campaign[i + 1]], price[campaign[i + 2]], price[campaign[i + 3]]};
            store(reduced + i, load(value + i) - p);
        }
        if (m->all) {
            float everywhere = m->cellPrice[cell];
            for (int i = 0; i < padded; i += 4) store(reduced + i, load(reduced + i) - load(loss + i) * everywhere);
        }
        store(reduced + padded - 4, load(reduced + padded - 4) * load(onesThenZeros + (padded - count)));

        findLargest(reduced, padded, slots, largest);
        float top = largest[0];
        for (int i = 1; i < slots; i++) top += largest[i];
        if (!(top > 0)) continue;
        float last = largest[slots - 1], next = largest[slots], linear, square, delivered;
        int selected;
        if (next > 0 && last - next >= smoothing) {
            selected = collect(reduced, count, next + (last - next - smoothing) / 2, places);
            for (int i = 0; i < selected; i++) shares[places[i]] = 1;
            linear = top;
            square = delivered = (float)slots;
        } else {
            float level = 0;
            if (next > 0) {
                float low = last > smoothing ? last - smoothing : 0;
                level = fewLevel(largest, slots, smoothing, low, next);
                if (largest[slots < 4 ? 3 : 7] > level)
                    level = largest[0] - level > smoothing
                        ? newtonClipped(reduced, padded, (float)slots, smoothing, level, next)
                        : newtonUnclipped(reduced, padded, (float)slots, smoothing, level);
            }
            f4 l = {0}, s = {0}, d = {0}, zero = {0};
            for (int i = 0; i < padded; i += 4) {
                f4 v = load(reduced + i), x = lesser(greater((v - level) * inverse, zero), splat(1));
                store(shares + i, x);
                l += v * x;
                s += x * x;
                d += x;
            }
            linear = total(l);
            square = total(s);
            delivered = total(d);
            selected = collect(shares, count, 0, places);
        }
        totals.top += top;
        totals.linear += linear;
        totals.square += square;
        totals.delivered += delivered;
        for (int i = 0; i < selected; i++) byCampaign[campaign[places[i]]] += (double)shares[places[i]];
        deliveredByCell[cell] += delivered;
        if (m->all) {
            double sum = 0;
            for (int i = 0; i < selected; i++) sum += (double)shares[places[i]] * (double)loss[places[i]];
            lossByCell[cell] += sum;
        }
    }
    return totals;
}

typedef struct { const Market *market; Totals *totals; atomic_int *next; } Work;

static void *work(void *argument) {
    Work *w = argument;
    const Market *m = w->market;
    for (int chunk; (chunk = atomic_fetch_add(w->next, 1)) < m->chunks;) {
        double *sums = m->sums + chunk * m->stride;
        memset(sums, 0, (size_t)m->stride * sizeof(double));
        w->totals[chunk] = sweep(m, m->requests * chunk / m->chunks, m->requests * (chunk + 1) / m->chunks, sums);
    }
    return NULL;
}

static Totals pass(const Market *m, int threads, Totals *totals, double *sum) {
    atomic_int next = 0;
    Work w = {m, totals, &next};
    pthread_t others[64];
    for (int i = 1; i < threads; i++) pthread_create(&others[i], NULL, work, &w);
    work(&w);
    for (int i = 1; i < threads; i++) pthread_join(others[i], NULL);
    memset(sum, 0, (size_t)m->stride * sizeof(double));
    Totals all = {0};
    for (int chunk = 0; chunk < m->chunks; chunk++) {
        for (int64_t i = 0; i < m->stride; i++) sum[i] += m->sums[chunk * m->stride + i];
        all.top += totals[chunk].top;
        all.linear += totals[chunk].linear;
        all.square += totals[chunk].square;
        all.delivered += totals[chunk].delivered;
    }
    return all;
}

// The elements of a .npy file, copied with one more block at the end; `count` is their number.
static void *column(const char *directory, const char *name, size_t size, int64_t *count) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.npy", directory, name);
    int file = open(path, O_RDONLY);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0) { perror(path); exit(1); }
    uint8_t prelude[10];
    if (pread(file, prelude, 10, 0) != 10) { perror(path); exit(1); }
    off_t header = 10 + prelude[8] + 256 * prelude[9];
    size_t bytes = (size_t)(status.st_size - header);
    char *memory = calloc(bytes + 64, 1);
    for (size_t done = 0; done < bytes;) {
        ssize_t got = pread(file, memory + done, bytes - done, header + (off_t)done);
        if (got <= 0) { perror(path); exit(1); }
        done += (size_t)got;
    }
    close(file);
    *count = (int64_t)(bytes / size);
    return memory;
}

int main(int argc, char **argv) {
    if (argc != 8) {
        puts("pass-yardstick DIR caps|all SLOTS SMOOTHING PRICES THREADS PASSES\n"
             "  pass-yardstick /tmp/market caps 1 0.002 1 2 20");
        return 1;
    }
    Market m = {0};
    int64_t count;
    m.all = strcmp(argv[2], "all") == 0;
    m.slots = atoi(argv[3]);
    m.smoothing = (float)(atof(argv[4]) * meanValue);
    double factor = atof(argv[5]);
    int threads = atoi(argv[6]), passes = atoi(argv[7]);
    if (m.slots < 0 || m.slots > mostSlots || threads < 1 || threads > 64) { puts("1 ... 7 slots, 1 ... 64 threads"); return 1; }
    m.offsets = column(argv[1], "offsets", 8, &count);
    m.requests = count - 1;
    m.cell = column(argv[1], "cell", 4, &count);
    m.campaign = column(argv[1], "campaign", 4, &m.candidates);
    m.value = column(argv[1], "value", 4, &count);
    m.loss = column(argv[1], "amount_listenerLoss", 4, &count);
    double *campaignPrice = column(argv[1], "campaign_price", 8, &m.campaigns);
    double *cellPrice = column(argv[1], "cell_price", 8, &count);
    m.campaignPrice = calloc((size_t)m.campaigns, sizeof(float));
    m.cellPrice = calloc(cells, sizeof(float));
    for (int64_t i = 0; i < m.campaigns; i++) m.campaignPrice[i] = (float)(campaignPrice[i] * factor);
    for (int i = 0; i < cells; i++) m.cellPrice[i] = (float)(cellPrice[i] * factor);
    for (int i = 1; i <= 8; i++) reciprocals[7 + i] = 1 / (float)i;
    m.chunks = m.requests / 1024 < 1 ? 1 : m.requests / 1024 > 64 ? 64 : (int)(m.requests / 1024);
    m.stride = (m.campaigns + 2 * cells + 15) / 8 * 8;
    m.sums = calloc((size_t)(m.stride * m.chunks), sizeof(double));
    double *sum = calloc((size_t)m.stride, sizeof(double));
    Totals *totals = calloc((size_t)m.chunks, sizeof(Totals)), all = {0};

    printf("candidates %lld\nseconds", (long long)m.candidates);
    for (int i = 0; i < passes; i++) {
        struct timespec before, after;
        clock_gettime(CLOCK_MONOTONIC, &before);
        all = pass(&m, threads, totals, sum);
        clock_gettime(CLOCK_MONOTONIC, &after);
        printf(" %.9f", (double)(after.tv_sec - before.tv_sec) + 1e-9 * (double)(after.tv_nsec - before.tv_nsec));
    }
    // As `pass-benchmark` does: weighted by position, tables attribute by attribute.
    double byCampaign = 0, byCell = 0;
    int cellCount = m.all ? cells : 1;
    for (int64_t i = 0; i < m.campaigns; i++) byCampaign += (double)(i % 97 + 1) * sum[i];
    for (int i = 0; i < cellCount; i++) byCell += (double)(i % 97 + 1) * sum[m.campaigns + i];
    if (m.all)
        for (int i = 0; i < cells; i++) byCell += (double)((cells + i) % 97 + 1) * sum[m.campaigns + cells + i];
    double smoothed = all.linear - (double)m.smoothing / 2 * all.square;
    printf("\nsums %.12g %.12g %.12g %.12g %.12g %.12g\n", smoothed, all.top, all.linear, all.delivered, byCampaign, byCell);
    return 0;
}
