// Times oasis_score in this process: requests of 500 candidates, by name and by hash, with and without receipts.
//
//     embedded-speed SNAPSHOT REQUESTS ROUNDS
//
// Both files are score-benchmark's: every request has other candidates, so that nothing is found in a cache that would
// not be there in service. Prints microseconds a call for every round, then how many were promoted and what the boosts
// add up to.
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "oasis.h"

enum { CANDIDATES = 500, SLOTS = 3, FIXED_BYTES = CANDIDATES * 16 + (CANDIDATES + 1) * 4 + 4 };

// One request where it lies in the file.
struct request {
    const float *organic_score;
    const float *stream_probability;
    const uint64_t *hashes;
    const uint32_t *offsets;
    const char *names;
    char id[32];
};

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static oasis_text text(const char *characters) {
    oasis_text text = {characters, strlen(characters)};
    return text;
}

static void require(oasis_status status, const oasis_error *error) {
    if (status == OASIS_OK) return;
    fprintf(stderr, "failed with %d: %s %s\n", (int)status, error->field, error->rule);
    exit(1);
}

static char *read_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(1);
    }
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*size + 1);
    if (bytes == NULL || fread(bytes, 1, *size, file) != *size) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(1);
    }
    fclose(file);
    return bytes;
}

// Finds the requests in the file, which this machine wrote for this benchmark.
static struct request *requests_in(const char *bytes, size_t size, uint64_t *count) {
    memcpy(count, bytes, sizeof *count);
    struct request *requests = calloc(*count, sizeof *requests);
    const char *start = bytes + 8;
    for (uint64_t number = 0; number < *count; number++) {
        struct request *request = &requests[number];
        request->organic_score = (const float *)start;
        request->stream_probability = (const float *)(start + CANDIDATES * 4);
        request->hashes = (const uint64_t *)(start + CANDIDATES * 8);
        request->offsets = (const uint32_t *)(start + CANDIDATES * 16);
        request->names = start + FIXED_BYTES;
        snprintf(request->id, sizeof request->id, "request-%llu", (unsigned long long)number);
        start += FIXED_BYTES + (request->offsets[CANDIDATES] + 7) / 8 * 8;
        if (start > bytes + size) {
            fprintf(stderr, "the file of requests is cut short\n");
            exit(1);
        }
    }
    return requests;
}

struct totals {
    uint64_t promoted;
    double boost;
};

static double time_round(const oasis_snapshot *snapshot, const oasis_snapshot_info *info, const oasis_keys *keys,
                         const struct request *requests, uint64_t count, int by_hash, struct totals *totals) {
    oasis_error error = {.struct_size = sizeof error};
    uint32_t index[SLOTS], campaign[SLOTS], lengths[SLOTS];
    float boost[SLOTS], propensity[SLOTS];
    uint8_t receipts[SLOTS * OASIS_RECEIPT_BYTES];
    double began = seconds();
    for (uint64_t number = 0; number < count; number++) {
        const struct request *request = &requests[number];
        oasis_score_request message = {
            .struct_size = sizeof message,
            .request_id = text(request->id),
            .listener = text("listener"),
            .surface = text("radio"),
            .market = text("DE"),
            .scale = text(info->scale),
            .time_milliseconds = info->created_at_milliseconds,
            .slate_size = 25,
            .promotable_slots = SLOTS,
            .candidate_count = CANDIDATES,
            .organic_score = request->organic_score,
            .stream_probability = request->stream_probability,
            .keys = keys,
            // The same as the keys' own, so that both draw alike.
            .draw_key = 1,
        };
        if (by_hash) {
            message.track_hashes = request->hashes;
        } else {
            message.track_names = (oasis_text){request->names, request->offsets[CANDIDATES]};
            message.track_offsets = request->offsets;
        }
        oasis_score_reply reply = {
            .struct_size = sizeof reply,
            .capacity = SLOTS,
            .index = index,
            .boost = boost,
            .propensity = propensity,
            .campaign = campaign,
            .receipt = keys == NULL ? NULL : receipts,
            .receipt_length = keys == NULL ? NULL : lengths,
        };
        require(oasis_score(snapshot, &message, &reply, &error), &error);
        totals->promoted += reply.count;
        for (uint64_t place = 0; place < reply.count; place++) totals->boost += (double)boost[place];
    }
    return (seconds() - began) / (double)count * 1e6;
}

int main(int argument_count, char **arguments) {
    if (argument_count != 4) {
        fprintf(stderr, "usage: %s SNAPSHOT REQUESTS ROUNDS\n", arguments[0]);
        return 2;
    }
    int rounds = atoi(arguments[3]);
    oasis_error error = {.struct_size = sizeof error};
    oasis_snapshot *snapshot = NULL;
    double began = seconds();
    require(oasis_snapshot_open(text(arguments[1]), &snapshot, &error), &error);
    double opened = seconds() - began;
    oasis_snapshot_info info = {.struct_size = sizeof info};
    require(oasis_snapshot_info_get(snapshot, &info, &error), &error);
    oasis_receipt_key key = {.id = 1, .secret = (const uint8_t *)"0123456789abcdef", .secret_length = 16};
    oasis_keys *keys = NULL;
    require(oasis_keys_make(1, &key, 1, &keys, &error), &error);
    size_t size;
    char *bytes = read_file(arguments[2], &size);
    uint64_t count;
    struct request *requests = requests_in(bytes, size, &count);

    printf("campaigns %llu tracks %llu open_ms %.3f\n", (unsigned long long)info.campaign_count,
           (unsigned long long)info.track_count, opened * 1e3);
    for (int by_hash = 0; by_hash < 2; by_hash++) {
        for (int signs = 0; signs < 2; signs++) {
            printf("%s-%s", by_hash ? "hashes" : "names", signs ? "signed" : "unsigned");
            struct totals totals = {0, 0};
            for (int round = 0; round < rounds; round++) {
                totals = (struct totals){0, 0};
                printf(" %.3f", time_round(snapshot, &info, signs ? keys : NULL, requests, count, by_hash, &totals));
            }
            printf(" promoted %llu boost %.6f\n", (unsigned long long)totals.promoted, totals.boost);
        }
    }
    free(bytes);
    free(requests);
    oasis_keys_close(keys);
    oasis_snapshot_close(snapshot);
    return 0;
}
