/* Reads what was filed, judges it, writes row and event, and adds up; see judging.h. */
#include "judging.h"

#include <string.h>

static const Figure HUNDRED = {.limbs = {100}}, ONE = {.limbs = {1}}, ZERO = {.limbs = {0}};
static const Figure HARDLY_LESS = {.limbs = {99}, .exponent = -2}, HARDLY_MORE = {.limbs = {101}, .exponent = -2};

/* What was reported of one indicator, as it was told. */
typedef struct {
    Text numerator, denominator, value, note; /* `at` is null where it was not told */
    int yes;                                  /* −1: not told */
    bool is_told;
} Told;

typedef struct {
    char *at;
    char *end;
    bool is_full;
} Writer;

typedef struct {
    int standing;
    bool has_points;
    Figure points;
    bool has_value;
    Figure value; /* as it is told */
    Figure part, whole;
} Found;

/* What is judged of a filing: what is owed, and what was reported besides, in the plan's order. */
typedef struct {
    int64_t count;
    int64_t places[MOST_INDICATORS];
    Found found[MOST_INDICATORS];
} Judged;

/* Writing. */

static void put(Writer *to, const char *at, int64_t length) {
    if (to->end - to->at < length) {
        to->is_full = true;
        return;
    }
    memcpy(to->at, at, (size_t)length);
    to->at += length;
}

static void put_text(Writer *to, Text text) { put(to, text.at, text.length); }

#define PUT(to, literal) put((to), (literal), (int64_t)sizeof(literal) - 1)

static void put_told(Writer *to, Text told) {
    if (!told.at) {
        PUT(to, "null");
        return;
    }
    PUT(to, "\"");
    put_text(to, told);
    PUT(to, "\"");
}

/* Reading what was filed, as ingest writes it: no blanks, members in the contract's order, no escapes but in no text. */

typedef struct {
    const char *at;
    const char *end;
} Reader;

static bool takes(Reader *from, const char *literal, int64_t length) {
    if (from->end - from->at < length || memcmp(from->at, literal, (size_t)length) != 0) return false;
    from->at += length;
    return true;
}

#define TAKES(from, literal) takes((from), (literal), (int64_t)sizeof(literal) - 1)

static bool take_string(Reader *from, Text *out) {
    if (from->at >= from->end || *from->at != '"') return false;
    const char *begin = ++from->at;
    for (; from->at < from->end; from->at++) {
        unsigned char one = (unsigned char)*from->at;
        if (one == '"') {
            *out = (Text){begin, from->at - begin};
            from->at++;
            return true;
        }
        if (one == '\\' || one < 0x20 || one == 0x7f) return false;
    }
    return false;
}

/* Reads a figure as short as agencies report them: longer ones only Python computes with as they are. */
static bool read_reported(Text told, Figure *out) {
    if (told.length > MOST_REPORTED || !read_figure(told.at, told.length, out)) return false;
    return digits_of(out) + out->exponent - 1 >= LEAST_ADJUSTED; /* below that Python writes powers of ten */
}

static bool take_or_null(Reader *from, Text *out) {
    *out = (Text){0};
    return TAKES(from, "null") || take_string(from, out);
}

static int place_of(const Table *table, Text id) {
    for (int64_t i = 0; i < table->indicator_count; i++) {
        Text other = table->indicators[i].id;
        if (other.length == id.length + 2 && memcmp(other.at + 1, id.at, (size_t)id.length) == 0) return (int)i;
    }
    return -1;
}

static void keep_figure(Writer *to, const char *name, int64_t length, Text told) {
    if (!told.at) return;
    put(to, name, length);
    put_text(to, told);
    PUT(to, "\"");
}

#define KEEP(to, name, told) keep_figure((to), (name), (int64_t)sizeof(name) - 1, (told))

/* Reads what was filed into `told`, by indicator, and writes it as a row keeps it: without what was not told. */
static bool take_observations(Reader *from, const Table *table, Told *told, Writer *kept_as) {
    bool is_first = true;
    PUT(kept_as, "[");
    if (!TAKES(from, "[")) return false;
    while (!TAKES(from, "]")) {
        Text id;
        Told one = {.yes = -1, .is_told = true};
        if (!is_first && !TAKES(from, ",")) return false;
        if (!TAKES(from, "{\"indicator\":") || !take_string(from, &id)) return false;
        if (!TAKES(from, ",\"numerator\":") || !take_or_null(from, &one.numerator)) return false;
        if (!TAKES(from, ",\"denominator\":") || !take_or_null(from, &one.denominator)) return false;
        if (!TAKES(from, ",\"value\":") || !take_or_null(from, &one.value)) return false;
        if (!TAKES(from, ",\"yes\":")) return false;
        if (TAKES(from, "true")) one.yes = 1;
        else if (TAKES(from, "false")) one.yes = 0;
        else if (!TAKES(from, "null")) return false;
        if (!TAKES(from, ",\"note\":") || !take_or_null(from, &one.note) || !TAKES(from, "}")) return false;
        int place = place_of(table, id);
        if (place < 0 || told[place].is_told) return false;
        told[place] = one;
        if (is_first) PUT(kept_as, "{\"indicator\":\"");
        else PUT(kept_as, ",{\"indicator\":\"");
        put_text(kept_as, id);
        PUT(kept_as, "\"");
        KEEP(kept_as, ",\"numerator\":\"", one.numerator);
        KEEP(kept_as, ",\"denominator\":\"", one.denominator);
        KEEP(kept_as, ",\"value\":\"", one.value);
        if (one.yes == 1) PUT(kept_as, ",\"yes\":true");
        if (one.yes == 0) PUT(kept_as, ",\"yes\":false");
        KEEP(kept_as, ",\"note\":\"", one.note);
        PUT(kept_as, "}");
        is_first = false;
    }
    PUT(kept_as, "]");
    return from->at == from->end;
}

/* Judging. */

static bool is_met(const Indicator *by, const Figure *value) {
    int beside = compared(value, &by->target);
    switch (by->comparison) {
    case ABOVE: return beside > 0;
    case AT_LEAST: return beside >= 0;
    case AT_MOST: return beside <= 0;
    default: return beside < 0;
    }
}

/* Finds the value in the indicator's unit, as it is judged and as it is told. */
static bool value_of(const Told *told, Figure *value, char *text, Text *shown, Found *found) {
    if (told->numerator.at && told->denominator.at && !told->value.at) {
        Figure numerator, denominator, times;
        if (!read_reported(told->numerator, &numerator) || !read_reported(told->denominator, &denominator)) return false;
        if (is_zero(&denominator) || !product(&numerator, &HUNDRED, &times)) return false;
        if (!quotient(&times, &denominator, value)) return false;
        Figure short_of = kept(*value);
        int length = text_of(&short_of, text);
        *shown = (Text){text, length};
        found->part = numerator;
        found->whole = denominator;
        return length > 0;
    }
    if (!told->value.at || told->numerator.at || told->denominator.at) return false;
    *shown = told->value;
    return read_reported(told->value, value);
}

/* Finds attainment; false: refused. `has_attainment` says whether there is one. */
static bool attained(const Indicator *by, const Figure *value, Figure *attainment, bool *has_attainment) {
    *has_attainment = true;
    switch (by->method) {
    case RISING: return quotient(value, &by->target, attainment);
    case FALLING:
        if (!is_zero(value)) return quotient(&by->target, value, attainment);
        *attainment = ONE;
        return true;
    case NOT_POSITIVE:
        *has_attainment = is_met(by, value);
        *attainment = ONE;
        return true;
    case NO_TARGET: *has_attainment = false; return true;
    default: return false;
    }
}

static bool points_of(const Indicator *by, const Figure *attainment, Figure *out) {
    if (compared(attainment, &ONE) >= 0) {
        *out = by->weight;
        return true;
    }
    if (compared(&by->weight, &ONE) == 0 && !is_zero(attainment)) {
        *out = *attainment; /* as it is kept */
        return true;
    }
    Figure whole;
    if (!product(&by->weight, attainment, &whole)) return false;
    *out = kept(whole);
    return true;
}

/* What a pace must not be rounded onto. */
static bool beside_pace(const Table *table, const Figure *pace, Figure *out) {
    *out = compared(pace, &table->middle) >= 0 ? table->on_track : table->at_risk;
    if (compared(pace, &HARDLY_LESS) <= 0 || compared(pace, &HARDLY_MORE) >= 0 || compared(pace, &ONE) == 0) return true;
    Figure from_one, from_nearest;
    bool is_less = compared(pace, &ONE) < 0, is_below = compared(pace, out) < 0;
    if (!difference(is_less ? &ONE : pace, is_less ? pace : &ONE, &from_one)) return false;
    if (!difference(is_below ? out : pace, is_below ? pace : out, &from_nearest)) return false;
    if (compared(&from_one, &from_nearest) < 0) *out = ONE;
    return true;
}

/* Whether value and expectation are read on the side of each other that they are on; only Python tells them closer. */
static bool are_on_their_sides(const Indicator *by, const Found *found, Text shown) {
    Figure as_read;
    int beside = compared(&found->value, &by->expected_value);
    if (beside == 0) return true;
    if (!read_figure(shown.at, shown.length, &as_read)) return false;
    return compared(&as_read, &by->expected_value) == beside && compared(&found->value, &by->expected_as_read) == beside &&
           compared(&as_read, &by->expected_as_read) == beside;
}

static void put_figure(Writer *to, const char *figure, int length) {
    PUT(to, "\"");
    put(to, figure, length);
    PUT(to, "\"");
}

static void put_sentences(Writer *to, const Segment *segment, const Text *shown, const char *signs) {
    for (;; segment++) {
        put_text(to, segment->before);
        if (segment->slot < 0) return;
        Text figure = shown[segment->slot / 2];
        char *from = to->at;
        put_text(to, figure);
        if (to->is_full) return;
        char *point = memchr(from, '.', (size_t)figure.length);
        if (point) *point = signs[segment->slot % 2];
    }
}

/* Judges one indicator and writes its judgement, as a row and as an event have it. */
static bool judge_one(const Table *table, const Indicator *by, const Told *told, Found *found, Writer *row, Writer *event) {
    char value_text[LONGEST_FIGURE], attained_text[LONGEST_FIGURE], pace_text[LONGEST_FIGURE], lag_text[LONGEST_FIGURE];
    char points_text[LONGEST_FIGURE], shown_value[LONGEST_FIGURE], shown_lag[LONGEST_FIGURE], shown_pace[LONGEST_FIGURE];
    Figure value, attainment = ZERO, pace = ZERO, lag = ZERO;
    Text observed = {0};
    bool has_attainment, has_pace = false;
    int attained_length = 0, pace_length = 0, lag_length = 0, points_length = 0;
    Text shown[SLOTS / 2] = {{0}};

    if (told->yes >= 0 || !value_of(told, &value, value_text, &observed, found)) return false;
    if (!attained(by, &value, &attainment, &has_attainment)) return false;
    Figure as_kept = kept(value);
    if (has_attainment && by->has_expected_ratio) {
        if (is_zero(&by->expected_ratio)) return false;
        has_pace = true;
        if (!quotient(&attainment, &by->expected_ratio, &pace)) return false;
        pace = kept(pace);
        if (compared(&attainment, &by->expected_ratio) < 0) {
            if (!difference(&by->expected_ratio, &attainment, &lag) || !product(&lag, &HUNDRED, &lag)) return false;
            lag = kept(lag);
        }
    }

    int outcome;
    if (by->has_target && is_met(by, &value)) {
        found->standing = MET;
        outcome = TARGET_MET;
    } else if (!has_attainment) {
        found->standing = NOT_ASSESSABLE;
        outcome = NO_RATIO;
    } else if (!has_pace) {
        found->standing = ON_TRACK;
        outcome = NOTHING_EXPECTED;
    } else {
        found->standing = compared(&pace, &table->on_track) >= 0  ? ON_TRACK
                          : compared(&pace, &table->at_risk) >= 0 ? AT_RISK
                                                                  : LAGGING;
        outcome = (is_zero(&lag) ? BY_PACE : BY_PACE_BEHIND) + found->standing - ON_TRACK;
        Figure beside;
        if (!beside_pace(table, &pace, &beside)) return false;
        int length = number(&pace, &beside, shown_pace);
        if (length == 0) return false;
        shown[2] = (Text){shown_pace, length};
        if (!is_zero(&lag)) {
            length = number(&lag, &ZERO, shown_lag);
            if (length == 0) return false;
            shown[1] = (Text){shown_lag, length};
        }
    }
    /* Told as it was reported, but for a share, which is a quotient and is kept as quotients are. */
    found->value = told->value.at ? value : as_kept;
    found->has_value = true;
    int length = number(&found->value, by->has_target ? &by->target : 0, shown_value);
    if (length == 0) return false;
    shown[0] = (Text){shown_value, length};
    if (has_pace && outcome != TARGET_MET && by->tells_expected && !are_on_their_sides(by, found, shown[0])) return false;

    if (has_attainment) {
        Figure short_of = kept(attainment);
        attained_length = text_of(&short_of, attained_text);
        if (attained_length == 0) return false;
        found->has_points = found->standing != NOT_ASSESSABLE;
        if (found->has_points) {
            if (!points_of(by, &short_of, &found->points)) return false;
            points_length = text_of(&found->points, points_text);
            if (points_length == 0) return false;
        }
    }
    if (has_pace) {
        pace_length = text_of(&pace, pace_text);
        lag_length = text_of(&lag, lag_text);
        if (pace_length == 0 || lag_length == 0) return false;
    }

    put_text(row, by->name);
    char *figures = row->at;
    PUT(row, "\"observed\":{\"value\":\"");
    put_text(row, observed);
    PUT(row, "\",\"numerator\":");
    put_told(row, told->numerator);
    PUT(row, ",\"denominator\":");
    put_told(row, told->denominator);
    PUT(row, ",\"note\":");
    put_told(row, told->note);
    PUT(row, "},\"attainment_ratio\":");
    if (has_attainment) put_figure(row, attained_text, attained_length);
    else PUT(row, "null");
    PUT(row, ",");
    put_text(row, by->expected);
    PUT(row, ",\"pace_ratio\":");
    if (has_pace) put_figure(row, pace_text, pace_length);
    else PUT(row, "null");
    PUT(row, ",\"lag_points\":");
    if (has_pace) put_figure(row, lag_text, lag_length);
    else PUT(row, "null");
    PUT(row, ",");
    put_text(row, by->verdicts[outcome]);
    char *figures_end = row->at;
    if (points_length) {
        PUT(row, ",\"points\":");
        put_figure(row, points_text, points_length);
    }
    PUT(row, "}");

    const Segment *sentences = by->sentences[outcome];
    if (!sentences || row->is_full) return false;
    put_text(event, by->head);
    put(event, figures, figures_end - figures);
    put_text(event, by->formula);
    put_sentences(event, sentences, shown, table->decimal_signs);
    put_text(event, by->weight_in_event);
    put(event, figures_end, row->at - figures_end);
    return !event->is_full;
}

static bool take_piece(const Piece *piece, Found *found, Writer *row, Writer *event) {
    if (!piece->row.at) return false;
    found->standing = (int)piece->standing;
    found->has_points = piece->points.length > 0;
    if (found->has_points && !read_figure(piece->points.at, piece->points.length, &found->points)) return false;
    put_text(row, piece->row);
    put_text(event, piece->event);
    return !row->is_full && !event->is_full;
}

/* How an agency stands: the worst of what is owed. */
static int worst(const bool *is_there) {
    static const int worst_first[] = {LAGGING, MISSING, AT_RISK, AWAITED, ON_TRACK, MET};
    for (int i = 0; i < (int)(sizeof worst_first / sizeof *worst_first); i++)
        if (is_there[worst_first[i]]) return worst_first[i];
    return NOT_ASSESSABLE;
}

/* What an agency brings to the part and the whole of its place. */
static bool bring_value(const Indicator *by, const Told *told, int64_t staff, Found *found) {
    if (!found->has_value) return true;
    if (by->roll_up == POOLED && told->numerator.at) return true; /* they are already */
    if (by->roll_up == BY_STAFF) {
        found->whole = figure_of((uint64_t)staff);
        return product(&found->value, &found->whole, &found->part);
    }
    found->part = found->value;
    found->whole = ONE;
    return true;
}

static bool score(const Judged *judged, const Filing *filing, Writer *out, int64_t *coverage_at) {
    Figure earned = ZERO, most = ZERO, whole = ZERO, ratio;
    char text[LONGEST_FIGURE];
    int length;
    for (int64_t i = 0; i < judged->count; i++) {
        const Figure *weight = &filing->table->indicators[judged->places[i]].weight;
        if (!added(&whole, weight, &whole)) return false;
        if (!judged->found[i].has_points) continue;
        if (!added(&earned, &judged->found[i].points, &earned) || !added(&most, weight, &most)) return false;
    }
    const char *begin = out->at;
    if (!is_zero(&most)) {
        if (!quotient(&earned, &most, &ratio) || !product(&ratio, &HUNDRED, &ratio)) return false;
        ratio = kept(ratio);
        if ((length = text_of(&ratio, text)) == 0) return false;
        put(out, text, length);
    }
    *coverage_at = out->at - begin;
    if (!is_zero(&whole)) {
        if (!quotient(&most, &whole, &ratio)) return false;
        ratio = kept(ratio);
        if ((length = text_of(&ratio, text)) == 0) return false;
        put(out, text, length);
    }
    return !out->is_full;
}

static bool add_to(Figure *sum, const Figure *more) { return added(sum, more, sum) && digits_of(sum) < WIDE; }

static bool add_up(const Judged *judged, const Filing *filing, Place *place) {
    const Table *table = filing->table;
    bool programmes[MOST_INDICATORS][STANDINGS] = {{false}}, is_asked[MOST_INDICATORS] = {false};
    for (int64_t i = 0; i < judged->count; i++) {
        int64_t which = judged->places[i];
        const Found *one = &judged->found[i];
        Sum *sum = &place->sums[which];
        if (one->has_value && (!add_to(&sum->part, &one->part) || !add_to(&sum->whole, &one->whole))) return false;
        if (one->has_points && !add_to(&sum->points, &one->points)) return false;
        sum->assessed += one->has_points;
        sum->count++;
        sum->standings[one->standing]++;
        programmes[table->indicators[which].programme_place][one->standing] = true;
        is_asked[table->indicators[which].programme_place] = true;
    }
    for (int64_t i = 0; i < table->programme_count; i++)
        if (is_asked[i]) place->programmes[STANDINGS * i + worst(programmes[i])]++;
    if (judged->count) place->whole[filing->standing]++;
    return true;
}

static void find_what_to_judge(const Filing *filing, const Told *told, Judged *judged) {
    bool is_owed[MOST_INDICATORS] = {false};
    for (int64_t i = 0; i < filing->owed->count; i++) is_owed[filing->owed->places[i]] = true;
    judged->count = 0;
    for (int64_t i = 0; i < filing->table->indicator_count; i++)
        if (is_owed[i] || told[i].is_told) judged->places[judged->count++] = i;
}

static void put_changed(const Judged *judged, const Table *table, Writer *out) {
    PUT(out, "[");
    for (int64_t i = 0; i < judged->count; i++) {
        if (i) PUT(out, ",");
        put_text(out, table->indicators[judged->places[i]].id);
    }
    PUT(out, "]");
}

/* Judges one filing; what it wrote counts only where this returns true. */
static bool judge_filing(Filing *filing, const char *filed, Judged *judged, Writer *out, Writer *event, const char *base) {
    const Table *table = filing->table;
    Told told[MOST_INDICATORS];
    bool standings[STANDINGS] = {false};
    Reader from = {filed + filing->begins_at, filed + filing->begins_at + filing->length};
    if (table->indicator_count > MOST_INDICATORS) return false;
    memset(told, 0, sizeof *told * (size_t)table->indicator_count);
    filing->observations_at = out->at - base;
    if (!take_observations(&from, table, told, out)) return false;
    find_what_to_judge(filing, told, judged);
    filing->row_at = out->at - base;
    PUT(out, "[");
    PUT(event, "[");
    for (int64_t i = 0; i < judged->count; i++) {
        const Indicator *by = &table->indicators[judged->places[i]];
        const Told *one = &told[judged->places[i]];
        Found *found = &judged->found[i];
        *found = (Found){0};
        if (i) {
            PUT(out, ",");
            PUT(event, ",");
        }
        if (!one->is_told) {
            if (!take_piece(&by->silences[filing->is_closed ? 1 : 0], found, out, event)) return false;
        } else if (by->method == YES_NO) {
            bool is_plain = one->yes >= 0 && !one->numerator.at && !one->denominator.at && !one->value.at && !one->note.at;
            if (!is_plain || !take_piece(&by->answers[one->yes], found, out, event)) return false;
            found->value = figure_of((uint64_t)one->yes);
            found->has_value = true;
        } else if (!judge_one(table, by, one, found, out, event)) {
            return false;
        }
        if (!bring_value(by, one, filing->staff, found)) return false;
        standings[found->standing] = true;
    }
    PUT(out, "]");
    PUT(event, "]");
    filing->standing = worst(standings);
    filing->changed_at = out->at - base;
    put_changed(judged, table, out);
    return true;
}

/* Judges filings, adds them up by place, and writes what rows have of it one after the other, and what events have. */
void judge(Filing *filings, int64_t count, const char *filed, Place *places, char *rows, int64_t rows_room, char *events,
           int64_t events_room) {
    Judged judged;
    Writer to = {rows, rows + rows_room, false}, told = {events, events + events_room, false};
    for (int64_t i = 0; i < count; i++) {
        Filing *filing = &filings[i];
        Writer row = to, event = told;
        int64_t coverage;
        filing->is_refused = 1;
        filing->event_at = event.at - events;
        if (!judge_filing(filing, filed, &judged, &row, &event, rows)) continue;
        filing->score_at = row.at - rows;
        if (!score(&judged, filing, &row, &coverage) || row.is_full || event.is_full) continue;
        filing->coverage_at = filing->score_at + coverage;
        filing->ends_at = row.at - rows;
        filing->event_ends_at = event.at - events;
        if (!add_up(&judged, filing, &places[filing->place])) places[filing->place].is_spoilt = 1;
        filing->is_refused = 0;
        to.at = row.at;
        told.at = event.at;
    }
}

/* What a row of tallies held before. */
typedef struct {
    Sum sums[MOST_INDICATORS];
    Figure weights[MOST_INDICATORS], owed[MOST_INDICATORS];
    bool is_there[MOST_INDICATORS];
    int64_t programmes[MOST_INDICATORS][STANDINGS];
    int64_t whole[STANDINGS];
} Known;

static bool takes_blanks(Reader *from) {
    while (from->at < from->end && *from->at == ' ') from->at++;
    return true;
}

static bool take_next(Reader *from) { return TAKES(from, ",") && takes_blanks(from); }

/* Takes a text as it stands, with its quotes and escapes. */
static bool take_quoted(Reader *from, Text *out) {
    const char *begin = from->at;
    if (!TAKES(from, "\"")) return false;
    while (from->at < from->end && *from->at != '"') from->at += *from->at == '\\' ? 2 : 1;
    if (from->at >= from->end) return false;
    from->at++;
    *out = (Text){begin, from->at - begin};
    return true;
}

static bool take_figure(Reader *from, Figure *out) {
    Text text;
    return take_next(from) && take_string(from, &text) && read_figure(text.at, text.length, out);
}

static bool take_standings(Reader *from, int64_t *standings) {
    for (int i = 0; i < STANDINGS; i++) {
        int64_t count = 0, digits = 0;
        if (!take_next(from)) return false;
        for (; from->at < from->end && *from->at >= '0' && *from->at <= '9' && digits < 18; from->at++, digits++)
            count = 10 * count + (*from->at - '0');
        if (digits == 0) return false;
        standings[i] += count;
    }
    return true;
}

static bool is_same(Text one, Text other) {
    return one.length == other.length && memcmp(one.at, other.at, (size_t)one.length) == 0;
}

/* Takes one line of a row: a programme, an indicator, five figures, and how many agencies have which standing. */
static bool take_known(Reader *from, const Table *table, Known *known) {
    static const Text nothing = {"\"\"", 2};
    Text programme, id;
    Figure figures[5];
    int64_t place = 0;
    if (!TAKES(from, "[") || !take_quoted(from, &programme) || !take_next(from) || !take_quoted(from, &id)) return false;
    for (int i = 0; i < 5; i++)
        if (!take_figure(from, &figures[i])) return false;
    bool is_of_agencies = is_same(id, nothing);
    if (is_of_agencies && is_same(programme, nothing)) return take_standings(from, known->whole) && TAKES(from, "]");
    while (place < table->indicator_count && !is_same(is_of_agencies ? programme : id,
                                                      is_of_agencies ? table->indicators[place].programme
                                                                     : table->indicators[place].id))
        place++;
    if (place == table->indicator_count) return false; /* of another version of the plan */
    const Indicator *by = &table->indicators[place];
    if (is_of_agencies) return take_standings(from, known->programmes[by->programme_place]) && TAKES(from, "]");
    if (!is_same(programme, by->programme) || known->is_there[place]) return false;
    known->is_there[place] = true;
    Sum *sum = &known->sums[place];
    sum->part = figures[0];
    sum->whole = figures[1];
    sum->points = figures[2];
    known->weights[place] = figures[3];
    known->owed[place] = figures[4];
    return take_standings(from, sum->standings) && TAKES(from, "]");
}

static bool take_all_known(const char *text, int64_t length, const Table *table, Known *known) {
    Reader from = {text, text + length};
    if (!TAKES(&from, "[")) return false;
    do {
        takes_blanks(&from);
        if (!take_known(&from, table, known)) return false;
    } while (TAKES(&from, ","));
    return TAKES(&from, "]") && from.at == from.end;
}

static void put_whole(Writer *to, int64_t whole) {
    char text[LONGEST_FIGURE];
    Figure figure = figure_of((uint64_t)whole);
    put(to, text, text_of(&figure, text));
}

static bool put_standings(Writer *to, const int64_t *some, const int64_t *more) {
    bool is_any = false;
    for (int i = 0; i < STANDINGS; i++) {
        PUT(to, ",");
        put_whole(to, some[i] + more[i]);
        is_any |= some[i] + more[i] != 0;
    }
    PUT(to, "]");
    return is_any;
}

static bool put_sum(Writer *to, const Figure *some, const Figure *more) {
    char text[LONGEST_FIGURE];
    Figure whole;
    if (!added(some, more, &whole) || digits_of(&whole) >= WIDE) return false;
    int length = text_of(&whole, text);
    PUT(to, ",");
    put_figure(to, text, length);
    return length > 0;
}

/* Writes the sums of one indicator; false: refused. */
static bool put_indicator(Writer *to, const Indicator *by, const Sum *sum, const Known *known, int64_t which) {
    const Sum *before = &known->sums[which];
    if (!sum->count && !known->is_there[which]) return true;
    Figure assessed = figure_of((uint64_t)sum->assessed), owed = figure_of((uint64_t)sum->count);
    if (!product(&by->weight, &assessed, &assessed) || !product(&by->weight, &owed, &owed)) return false;
    PUT(to, ",[");
    put_text(to, by->programme);
    PUT(to, ",");
    put_text(to, by->id);
    if (!put_sum(to, &before->part, &sum->part) || !put_sum(to, &before->whole, &sum->whole)) return false;
    if (!put_sum(to, &before->points, &sum->points) || !put_sum(to, &known->weights[which], &assessed)) return false;
    if (!put_sum(to, &known->owed[which], &owed)) return false;
    put_standings(to, before->standings, sum->standings);
    return true;
}

static void put_programme(Writer *to, const Table *table, int64_t which, const int64_t *before, const int64_t *more) {
    const Indicator *one = table->indicators;
    char *begin = to->at;
    while (one->programme_place != which) one++;
    PUT(to, ",[");
    put_text(to, one->programme);
    PUT(to, ",\"\",\"0\",\"0\",\"0\",\"0\",\"0\"");
    if (!put_standings(to, before, more)) to->at = begin;
}

/* Writes what a place comes to, with what its row held before, as the row has it; returns the length: 0 where nothing
   was added up, REFUSES where Python must add up, NO_ROOM where it is too long. */
int64_t write_sums(const Place *place, const char *before, int64_t before_length, char *out, int64_t room) {
    const Table *table = place->table;
    Writer to = {out, out + room, false};
    Known known;
    int64_t agencies = 0;
    for (int i = 0; i < STANDINGS; i++) agencies += place->whole[i];
    if (place->is_spoilt) return REFUSES;
    if (!agencies) return 0;
    memset(&known, 0, sizeof known);
    if (before_length && !take_all_known(before, before_length, table, &known)) return REFUSES;
    PUT(&to, "[[\"\",\"\",\"0\",\"0\",\"0\",\"0\",\"0\"");
    put_standings(&to, known.whole, place->whole);
    for (int64_t i = 0; i < table->programme_count; i++)
        put_programme(&to, table, i, known.programmes[i], &place->programmes[STANDINGS * i]);
    for (int64_t i = 0; i < table->indicator_count; i++)
        if (!put_indicator(&to, &table->indicators[i], &place->sums[i], &known, i)) return REFUSES;
    PUT(&to, "]");
    return to.is_full ? NO_ROOM : to.at - out;
}

/* Writes what places come to, one after the other, and where each ends; returns how many there was room for, or
   REFUSES. */
int64_t write_all(const Place *places, int64_t count, char *out, int64_t room, int64_t *ends) {
    char *at = out;
    for (int64_t i = 0; i < count; i++) {
        int64_t length = write_sums(&places[i], "", 0, at, out + room - at);
        if (length == NO_ROOM && i) return i;
        if (length < 0) return REFUSES;
        at += length;
        ends[i] = at - out;
    }
    return count;
}
