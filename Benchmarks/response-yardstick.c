/* What predicting a candidate of 20 features costs in C: hash each token into a slot, add up weights, one logistic.
 *
 * The tokens are noise and the table has the size of ResponseBenchmark's, so the memory traffic is the same; the sum
 * printed only keeps the compiler from leaving the work out. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { FEATURES = 20, ROWS = 4096, ROUNDS = 200, BITS = 20 };

static uint32_t slot(uint64_t token, uint64_t key) {
    unsigned __int128 product = (unsigned __int128)(token ^ key) * 0x8ebc6af09c88c6e3ull;
    return (uint32_t)(((uint64_t)(product >> 64) ^ (uint64_t)product) >> (64 - BITS));
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

int main(void) {
    float *weights = malloc(sizeof(float) << BITS);
    uint64_t *tokens = malloc(sizeof(uint64_t) * ROWS * FEATURES), keys[FEATURES], state = 1;
    for (uint32_t i = 0; i < 1u << BITS; i++) weights[i] = (float)(i * 2654435761u % 1000) / 10000 - 0.05f;
    for (int i = 0; i < ROWS * FEATURES; i++) tokens[i] = (state = state * 6364136223846793005ull + 1442695040888963407ull);
    for (int i = 0; i < FEATURES; i++) keys[i] = tokens[i] * 0x9e3779b97f4a7c15ull;
    /* As many different tokens as ResponseBenchmark has. */
    for (int row = 0; row < ROWS; row++)
        for (int i = 0; i < FEATURES; i++) tokens[row * FEATURES + i] = ((row * 7919ull + i * 104729ull) % 5000 + 1) * 0x9e3779b97f4a7c15ull;
    double best = INFINITY, sum = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now();
        sum = 0;
        for (int row = 0; row < ROWS; row++) {
            float margin = 0;
            for (int i = 0; i < FEATURES; i++) margin += weights[slot(tokens[row * FEATURES + i], keys[i])];
            sum += 1 / (1 + exp(1 - (double)margin));
        }
        double each = (now() - start) / ROWS;
        if (each < best) best = each;
    }
    printf("C %.2f ns, sum %f\n", best, sum);
    return 0;
}
