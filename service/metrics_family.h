/* SPDX-License-Identifier: Apache-2.0
 * metrics_family - what metrics.c and the files of its values share: a family of samples is one row of a table. Nobody else
 * includes this. Nothing is kept over a controller restart; counters begin anew, as scrapers expect. */
#ifndef SERVICE_METRICS_FAMILY_H
#define SERVICE_METRICS_FAMILY_H

#include "core/core.h"

enum metrics_kind { METRICS_GAUGE, METRICS_COUNTER, METRICS_INFO, METRICS_STATESET, METRICS_KIND_COUNT };

/* OF_NETWORK: the index counts both networks of node 1, then those of node 2. */
enum metrics_subject { OF_BOARD, OF_INPUT, OF_NODE, OF_NETWORK, METRICS_SUBJECT_COUNT };

struct metrics_family {
    const char *name; /* without suffix */
    enum metrics_kind kind;
    enum metrics_subject subject;
    /* In thousandths, of the index-th one of the subject; false when it is not known. NULL: the family has a writer of its own.
     */
    bool (*value)(const struct core *core, unsigned index, int64_t *thousandths);
    const char *help;
};

#define METRICS_WHOLE(value) ((int64_t)(value)*1000)

/* metrics_agent.c: what the nodes' agents report. */
extern const struct metrics_family metrics_agent_families[];
extern const size_t metrics_agent_family_count;

#endif
