/* Judges and writes ordinary first filings, as services/scoring does in Python; that is the reference, this its twin.

   Whatever is out of the ordinary is refused, and judged by Python: a refusal is never wrong, only slower. */
#ifndef TIENDO_JUDGING_H
#define TIENDO_JUDGING_H

#include "figures.h"

enum { REFUSES = -1, NO_ROOM = -2 };
enum { STANDINGS = 7, SLOTS = 6, MOST_INDICATORS = 64, MOST_REPORTED = 18 };

/* In the order of services.scoring.rollup.STANDINGS. */
enum standing { MET, ON_TRACK, AT_RISK, LAGGING, MISSING, AWAITED, NOT_ASSESSABLE };

enum method { REFUSED, RISING, FALLING, NOT_POSITIVE, YES_NO, NO_TARGET };
enum comparison { ABOVE, AT_LEAST, AT_MOST, BELOW };
enum roll_up { BY_VALUE, POOLED, BY_STAFF };

/* Sentences by how a judgement came out. */
enum outcome { TARGET_MET, BY_PACE, BY_PACE_BEHIND = BY_PACE + 3, NOTHING_EXPECTED = BY_PACE_BEHIND + 3, NO_RATIO, OUTCOMES };

typedef struct {
    const char *at;
    int64_t length;
} Text;

/* A text in which figures are left out: what stands before each, and which comes there (below 0: none, it ends). */
typedef struct {
    Text before;
    int64_t slot;
} Segment;

/* A judgement that is the same for every agency. */
typedef struct {
    Text row;
    Text event;
    Text points; /* empty: none */
    int64_t standing;
} Piece;

typedef struct {
    Text id;   /* as it stands in JSON, with its quotes */
    Text name; /* how a row begins */
    Text head; /* how an event begins, up to the observed */
    Text formula;
    Text expected; /* ratio and value */
    Text weight_in_event;
    Text programme; /* as it stands in JSON */
    Text verdicts[OUTCOMES]; /* standing and reason */
    const Segment *sentences[OUTCOMES];
    Piece silences[2]; /* not yet due, closed */
    Piece answers[2];  /* no, yes */
    Figure target;
    Figure expected_ratio;
    Figure expected_value;
    Figure expected_as_read;
    Figure weight;
    int64_t method;
    int64_t comparison;
    int64_t roll_up;
    int64_t has_target;
    int64_t has_expected_ratio; /* one above 0 */
    int64_t tells_expected;     /* beside a pace */
    int64_t programme_place;
} Indicator;

/* What an agency owes: indicators in the plan's order. */
typedef struct {
    const int64_t *places;
    int64_t count;
} Owed;

/* What a plan version asks in a period. */
typedef struct {
    const Indicator *indicators;
    int64_t indicator_count;
    int64_t programme_count;
    Figure on_track;
    Figure at_risk;
    Figure middle; /* from here on a pace is nearer to on track */
    char decimal_signs[8]; /* Vietnamese, English */
} Table;

/* One filing and what is made of it. */
typedef struct {
    const Table *table;
    const Owed *owed;
    int64_t begins_at; /* where its observations begin in what was filed, and how long they are */
    int64_t length;
    int64_t place;
    int64_t staff;
    int64_t is_closed;
    /* Out: where each part begins among rows, one after the other, and among events. */
    int64_t is_refused;
    int64_t standing;
    int64_t observations_at;
    int64_t row_at;
    int64_t changed_at; /* the indicators judged, as JSON */
    int64_t score_at;
    int64_t coverage_at;
    int64_t ends_at;
    int64_t event_at;
    int64_t event_ends_at;
} Filing;

typedef struct {
    Figure part, whole, points;
    int64_t assessed, count;
    int64_t standings[STANDINGS];
} Sum;

/* Sums of one place: of each indicator, then standings of each programme and of agencies as a whole. */
typedef struct {
    const Table *table;
    Sum *sums;
    int64_t *programmes; /* by standing */
    int64_t whole[STANDINGS];
    int64_t is_spoilt; /* a sum was beyond what is computed with */
} Place;

void judge(Filing *filings, int64_t count, const char *filed, Place *places, char *rows, int64_t rows_room, char *events,
           int64_t events_room);
int64_t write_sums(const Place *place, const char *before, int64_t before_length, char *out, int64_t room);
int64_t write_all(const Place *places, int64_t count, char *out, int64_t room, int64_t *ends);

#endif
