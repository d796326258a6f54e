// Scores one request by a snapshot file, and prints what to promote.
//
//     score SNAPSHOT [SURFACE MARKET SCALE] < candidates
//
// Each line of standard input is a candidate: a track's name and its organic score. Prints index, boost, propensity and
// campaign of each promoted one.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "oasis.h"

static oasis_text text(const char *characters) {
    oasis_text text = {characters, strlen(characters)};
    return text;
}

static int complain(const char *what, const oasis_error *error) {
    if (error->index >= 0) {
        fprintf(stderr, "%s: %s[%lld] %s\n", what, error->field, (long long)error->index, error->rule);
    } else {
        fprintf(stderr, "%s: %s %s\n", what, error->field, error->rule);
    }
    return 1;
}

// The candidates as oasis_score reads them: names one after the other, where each begins, and scores.
struct candidates {
    char names[OASIS_CANDIDATES_MAXIMUM * 128];
    uint32_t offsets[OASIS_CANDIDATES_MAXIMUM + 1];
    float organic_score[OASIS_CANDIDATES_MAXIMUM];
    uint64_t count;
};

static void read_candidates(struct candidates *candidates) {
    char name[129];
    float score;
    candidates->count = 0;
    candidates->offsets[0] = 0;
    while (candidates->count < OASIS_CANDIDATES_MAXIMUM && scanf("%128s %f", name, &score) == 2) {
        uint32_t start = candidates->offsets[candidates->count];
        size_t length = strlen(name);
        memcpy(candidates->names + start, name, length);
        candidates->organic_score[candidates->count] = score;
        candidates->count += 1;
        candidates->offsets[candidates->count] = start + (uint32_t)length;
    }
}

int main(int argument_count, char **arguments) {
    if (argument_count != 2 && argument_count != 5) {
        fprintf(stderr, "usage: %s SNAPSHOT [SURFACE MARKET SCALE] < candidates\n", arguments[0]);
        return 2;
    }
    if (oasis_abi_version() < OASIS_ABI_VERSION) {
        fprintf(stderr, "the library is older than the header\n");
        return 1;
    }
    oasis_error error = {.struct_size = sizeof error};
    oasis_snapshot *snapshot = NULL;
    if (oasis_snapshot_open(text(arguments[1]), &snapshot, &error) != OASIS_OK) {
        return complain("the snapshot cannot be used", &error);
    }
    oasis_snapshot_info info = {.struct_size = sizeof info};
    if (oasis_snapshot_info_get(snapshot, &info, &error) != OASIS_OK) {
        return complain("the snapshot says nothing", &error);
    }

    static struct candidates candidates;
    read_candidates(&candidates);
    oasis_score_request request = {
        .struct_size = sizeof request,
        .request_id = text("example-1"),
        .listener = text("listener-1"),
        .surface = text(argument_count == 5 ? arguments[2] : "radio"),
        .market = text(argument_count == 5 ? arguments[3] : "DE"),
        .scale = argument_count == 5 ? text(arguments[4]) : text(info.scale),
        .time_milliseconds = (int64_t)time(NULL) * 1000,
        .slate_size = 10,
        .promotable_slots = 3,
        .candidate_count = candidates.count,
        .track_names = {candidates.names, candidates.offsets[candidates.count]},
        .track_offsets = candidates.offsets,
        .organic_score = candidates.organic_score,
    };
    uint32_t index[3], campaign[3], reasons[3];
    float boost[3], propensity[3];
    oasis_score_reply reply = {
        .struct_size = sizeof reply,
        .capacity = 3,
        .index = index,
        .boost = boost,
        .propensity = propensity,
        .campaign = campaign,
        .reasons = reasons,
    };
    if (oasis_score(snapshot, &request, &reply, &error) != OASIS_OK) {
        oasis_snapshot_close(snapshot);
        return complain("the request is refused", &error);
    }
    printf("snapshot %llu, %llu campaigns, %llu promoted of %llu\n", (unsigned long long)info.number,
           (unsigned long long)info.campaign_count, (unsigned long long)reply.count,
           (unsigned long long)candidates.count);
    for (uint64_t place = 0; place < reply.count; place++) {
        oasis_campaign named = {.struct_size = sizeof named};
        if (oasis_snapshot_campaign(snapshot, campaign[place], &named, &error) != OASIS_OK) {
            return complain("the campaign is not there", &error);
        }
        uint32_t start = candidates.offsets[index[place]];
        printf("%.*s boost %.9g propensity %.9g campaign %s\n",
               (int)(candidates.offsets[index[place] + 1] - start), candidates.names + start, (double)boost[place],
               (double)propensity[place], named.name);
    }
    if (reply.degraded & OASIS_DEGRADED_LEASE_EXHAUSTED) {
        printf("campaigns with a cap were left out: there are no units in this process\n");
    }
    if (reply.degraded & OASIS_DEGRADED_SCALE_MISMATCH) {
        printf("nothing is promoted: the organic scores are not on the scale %s\n", info.scale);
    }
    oasis_snapshot_close(snapshot);
    return 0;
}
