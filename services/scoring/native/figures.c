/* Figures of up to 76 digits as whole numbers of 64-bit limbs and a power of ten. */
#include "figures.h"

#include <string.h>

enum { WORK = 8, LONGEST_POWER = 19, SHORT_PLACES = 4, ROUNDED_PLACES = 2, MOST_PLACES = 28, LONGEST_WHOLE = 24 };

static const uint64_t POWERS[LONGEST_POWER + 1] = {
    1ULL, 10ULL, 100ULL, 1000ULL, 10000ULL, 100000ULL, 1000000ULL, 10000000ULL, 100000000ULL, 1000000000ULL,
    10000000000ULL, 100000000000ULL, 1000000000000ULL, 10000000000000ULL, 100000000000000ULL, 1000000000000000ULL,
    10000000000000000ULL, 100000000000000000ULL, 1000000000000000000ULL, 10000000000000000000ULL,
};

typedef unsigned __int128 Double;

static uint64_t LONG_POWERS[MOST_DIGITS + 2][LIMBS]; /* of ten, as far as a figure has digits */

/* Whole numbers of several limbs, the least significant first. */

static int used(const uint64_t *limbs, int count) {
    while (count > 0 && limbs[count - 1] == 0) count--;
    return count;
}

static uint64_t times(uint64_t *limbs, int count, uint64_t by) {
    uint64_t carry = 0;
    for (int i = 0; i < count; i++) {
        Double whole = (Double)limbs[i] * by + carry;
        limbs[i] = (uint64_t)whole;
        carry = (uint64_t)(whole >> 64);
    }
    return carry;
}

static uint64_t halved_word(uint64_t high, uint64_t low, uint64_t by, uint64_t *rest) {
#if defined(__x86_64__)
    uint64_t whole;
    __asm__("divq %4" : "=a"(whole), "=d"(*rest) : "0"(low), "1"(high), "r"(by) : "cc"); /* high < by: it fits */
    return whole;
#else
    Double dividend = ((Double)high << 64) | low;
    *rest = (uint64_t)(dividend % by);
    return (uint64_t)(dividend / by);
#endif
}

/* Divides in place and returns the remainder. */
static uint64_t divided(uint64_t *limbs, int count, uint64_t by) {
    uint64_t rest = 0;
    for (int i = used(limbs, count) - 1; i >= 0; i--) limbs[i] = halved_word(rest, limbs[i], by, &rest);
    return rest;
}

static bool scaled(uint64_t *limbs, int count, int64_t power) {
    for (; power > 0; power -= LONGEST_POWER)
        if (times(limbs, count, POWERS[power < LONGEST_POWER ? power : LONGEST_POWER])) return false;
    return true;
}

static int compared_limbs(const uint64_t *one, const uint64_t *other, int count) {
    for (int i = count - 1; i >= 0; i--)
        if (one[i] != other[i]) return one[i] < other[i] ? -1 : 1;
    return 0;
}

static int bits_of(const uint64_t *limbs, int count) {
    count = used(limbs, count);
    return count == 0 ? 0 : 64 * count - __builtin_clzll(limbs[count - 1]);
}

/* Knuth, The Art of Computer Programming 2, 4.3.1, algorithm D; returns whether something is left over. */
static bool long_quotient(const uint64_t *dividend, int m, const uint64_t *divisor, int n, uint64_t *out) {
    uint64_t u[WORK + 1], v[LIMBS];
    int shift = __builtin_clzll(divisor[n - 1]);
    memset(out, 0, LIMBS * sizeof *out);
    for (int i = n - 1; i >= 0; i--)
        v[i] = shift ? (divisor[i] << shift) | (i ? divisor[i - 1] >> (64 - shift) : 0) : divisor[i];
    u[m] = shift ? dividend[m - 1] >> (64 - shift) : 0;
    for (int i = m - 1; i >= 0; i--)
        u[i] = shift ? (dividend[i] << shift) | (i ? dividend[i - 1] >> (64 - shift) : 0) : dividend[i];
    for (int j = m - n; j >= 0; j--) {
        uint64_t guess, rest;
        bool too_large = false;
        if (u[j + n] >= v[n - 1]) {
            guess = UINT64_MAX;
            rest = u[j + n - 1] + v[n - 1];
            too_large = rest < v[n - 1];
        } else {
            guess = halved_word(u[j + n], u[j + n - 1], v[n - 1], &rest);
        }
        while (!too_large && n > 1 && (Double)guess * v[n - 2] > (((Double)rest << 64) | u[j + n - 2])) {
            guess--;
            rest += v[n - 1];
            too_large = rest < v[n - 1];
        }
        uint64_t borrow = 0, carry = 0;
        for (int i = 0; i < n; i++) {
            Double part = (Double)guess * v[i] + carry;
            carry = (uint64_t)(part >> 64);
            uint64_t low = (uint64_t)part, before = u[i + j];
            uint64_t after = before - low - borrow;
            borrow = (before < low) || (before == low && borrow) || (before - low < borrow);
            u[i + j] = after;
        }
        uint64_t top = u[j + n];
        u[j + n] = top - carry - borrow;
        if (top < carry || top - carry < borrow) {
            guess--;
            uint64_t over = 0;
            for (int i = 0; i < n; i++) {
                Double sum = (Double)u[i + j] + v[i] + over;
                u[i + j] = (uint64_t)sum;
                over = (uint64_t)(sum >> 64);
            }
            u[j + n] += over;
        }
        if (j < LIMBS) out[j] = guess;
    }
    return used(u, m + 1) > 0;
}

/* Figures. */

__attribute__((constructor)) static void fill_long_powers(void) {
    LONG_POWERS[0][0] = 1;
    for (int power = 1; power < MOST_DIGITS + 2; power++) {
        memcpy(LONG_POWERS[power], LONG_POWERS[power - 1], sizeof LONG_POWERS[0]);
        times(LONG_POWERS[power], LIMBS, 10);
    }
}

Figure figure_of(uint64_t whole) { return (Figure){.limbs = {whole}}; }

bool is_zero(const Figure *figure) { return used(figure->limbs, LIMBS) == 0; }

int digits_of(const Figure *figure) {
    int count = used(figure->limbs, LIMBS);
    if (count == 0) return 1;
    int least = (int)(((int64_t)(bits_of(figure->limbs, count) - 1) * 78913) >> 18); /* × log10(2), rounded down */
    if (least + 1 >= MOST_DIGITS + 2) return least + 1; /* beyond what limbs hold */
    return compared_limbs(figure->limbs, LONG_POWERS[least + 1], LIMBS) >= 0 ? least + 2 : least + 1;
}

int compared(const Figure *one, const Figure *other) {
    bool none = is_zero(one), nothing = is_zero(other);
    if (none || nothing) return none && nothing ? 0 : none ? -1 : 1;
    int64_t first = digits_of(one) + one->exponent, second = digits_of(other) + other->exponent;
    if (first != second) return first < second ? -1 : 1;
    Figure left = *one, right = *other; /* of one size: scaling makes the shorter as long as the longer */
    if (left.exponent > right.exponent) scaled(left.limbs, LIMBS, left.exponent - right.exponent);
    if (right.exponent > left.exponent) scaled(right.limbs, LIMBS, right.exponent - left.exponent);
    return compared_limbs(left.limbs, right.limbs, LIMBS);
}

/* Drops the last digits, rounding half even. */
static Figure without(Figure figure, int64_t dropped) {
    bool rest = false;
    figure.exponent += dropped;
    for (int64_t left = dropped - 1; left > 0; left -= LONGEST_POWER)
        rest |= divided(figure.limbs, LIMBS, POWERS[left < LONGEST_POWER ? left : LONGEST_POWER]) != 0;
    uint64_t last = divided(figure.limbs, LIMBS, 10);
    if (last > 5 || (last == 5 && (rest || figure.limbs[0] % 2))) {
        for (int i = 0; i < LIMBS && ++figure.limbs[i] == 0; i++) {}
    }
    return figure;
}

Figure rounded(Figure figure, int digits) {
    int more = digits_of(&figure) - digits;
    if (more <= 0) return figure;
    figure = without(figure, more);
    if (digits_of(&figure) > digits) { /* 99…9 became 100…0 */
        divided(figure.limbs, LIMBS, 10);
        figure.exponent++;
    }
    return figure;
}

Figure kept(Figure figure) { return is_zero(&figure) ? figure_of(0) : rounded(figure, KEPT); }

bool quotient(const Figure *dividend, const Figure *divisor, Figure *out) {
    int n = used(divisor->limbs, LIMBS);
    if (n == 0) return false;
    int64_t ideal = dividend->exponent - divisor->exponent;
    if (is_zero(dividend)) {
        *out = (Figure){.exponent = ideal};
        return true;
    }
    int shift = digits_of(divisor) - digits_of(dividend) + WIDE + 1;
    uint64_t numerator[WORK] = {0};
    memcpy(numerator, dividend->limbs, sizeof dividend->limbs);
    if (shift < 0 || !scaled(numerator, WORK, shift)) return false;
    out->exponent = ideal - shift;
    int m = used(numerator, WORK);
    if (m < n) return false;
    if (long_quotient(numerator, m, divisor->limbs, n, out->limbs)) {
        uint64_t test[LIMBS];
        memcpy(test, out->limbs, sizeof test);
        if (divided(test, LIMBS, 5) == 0) out->limbs[0]++; /* so that rounding sees that something is left over */
    } else {
        for (int power = 16; power > 0; power /= 2) {
            while (ideal - out->exponent >= power) {
                uint64_t test[LIMBS];
                memcpy(test, out->limbs, sizeof test);
                if (divided(test, LIMBS, POWERS[power])) break;
                memcpy(out->limbs, test, sizeof test);
                out->exponent += power;
            }
        }
    }
    *out = rounded(*out, WIDE);
    return true;
}

bool product(const Figure *one, const Figure *other, Figure *out) {
    uint64_t whole[2 * LIMBS] = {0};
    for (int i = 0; i < LIMBS; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < LIMBS; j++) {
            Double part = (Double)one->limbs[i] * other->limbs[j] + whole[i + j] + carry;
            whole[i + j] = (uint64_t)part;
            carry = (uint64_t)(part >> 64);
        }
        whole[i + LIMBS] = carry;
    }
    if (used(whole, 2 * LIMBS) > LIMBS) return false;
    memcpy(out->limbs, whole, sizeof out->limbs);
    out->exponent = one->exponent + other->exponent;
    *out = rounded(*out, WIDE);
    return true;
}

/* Gives two figures one exponent, the lower one. */
static bool aligned(Figure *one, Figure *other) {
    Figure *higher = one->exponent > other->exponent ? one : other;
    int64_t least = one->exponent < other->exponent ? one->exponent : other->exponent;
    int64_t more = higher->exponent - least;
    if (more > 0 && !is_zero(higher)) {
        if (digits_of(higher) + more > MOST_DIGITS || !scaled(higher->limbs, LIMBS, more)) return false;
    }
    higher->exponent = least;
    return digits_of(one) <= MOST_DIGITS && digits_of(other) <= MOST_DIGITS;
}

bool added(const Figure *one, const Figure *other, Figure *out) {
    Figure left = *one, right = *other;
    if (!aligned(&left, &right)) return false;
    uint64_t carry = 0;
    for (int i = 0; i < LIMBS; i++) {
        Double sum = (Double)left.limbs[i] + right.limbs[i] + carry;
        left.limbs[i] = (uint64_t)sum;
        carry = (uint64_t)(sum >> 64);
    }
    *out = rounded(left, WIDE);
    return carry == 0;
}

bool difference(const Figure *one, const Figure *other, Figure *out) {
    Figure left = *one, right = *other;
    if (!aligned(&left, &right) || compared_limbs(left.limbs, right.limbs, LIMBS) < 0) return false;
    uint64_t borrow = 0;
    for (int i = 0; i < LIMBS; i++) {
        uint64_t before = left.limbs[i], less = right.limbs[i];
        left.limbs[i] = before - less - borrow;
        borrow = before < less || (before == less && borrow);
    }
    *out = rounded(left, WIDE);
    return true;
}

/* Text. */

bool read_figure(const char *at, int64_t length, Figure *out) {
    int64_t point = -1;
    if (length < 1 || length > MOST_DIGITS || (at[0] == '0' && length > 1 && at[1] != '.')) return false;
    *out = figure_of(0);
    for (int64_t i = 0; i < length;) {
        uint64_t some = 0;
        int digits = 0;
        for (; i < length && digits < LONGEST_POWER - 1; i++) {
            if (at[i] == '.') {
                if (point >= 0 || i == 0 || i == length - 1) return false;
                point = i;
            } else if (at[i] < '0' || at[i] > '9') {
                return false;
            } else {
                some = 10 * some + (uint64_t)(at[i] - '0');
                digits++;
            }
        }
        if (times(out->limbs, LIMBS, POWERS[digits])) return false;
        for (int limb = 0; limb < LIMBS; limb++) {
            out->limbs[limb] += some;
            some = out->limbs[limb] < some;
        }
    }
    out->exponent = point < 0 ? 0 : point + 1 - length;
    return true;
}

static char PAIRS[200]; /* 00 01 … 99 */

__attribute__((constructor)) static void fill_pairs(void) {
    for (int i = 0; i < 100; i++) {
        PAIRS[2 * i] = (char)('0' + i / 10);
        PAIRS[2 * i + 1] = (char)('0' + i % 10);
    }
}

/* Writes an even number of digits that end before `at`, of a number that has no more. */
static char *before(char *at, uint32_t some, int digits) {
    for (; digits > 0; digits -= 2, some /= 100) memcpy(at -= 2, PAIRS + 2 * (some % 100), 2);
    return at;
}

/* Writes the digits of the coefficient and returns how many there are. */
static int written_digits(const Figure *figure, char *out) {
    char room[LONGEST_FIGURE], *at = room + sizeof room;
    Figure left = *figure;
    while (used(left.limbs, LIMBS) > 1) { /* 16 digits, by eights, which 32 bits hold */
        uint64_t some = divided(left.limbs, LIMBS, POWERS[16]);
        at = before(at, (uint32_t)(some % POWERS[8]), 8);
        at = before(at, (uint32_t)(some / POWERS[8]), 8);
    }
    uint64_t most = left.limbs[0];
    for (; most >= POWERS[8]; most /= POWERS[8]) at = before(at, (uint32_t)(most % POWERS[8]), 8);
    uint32_t rest = (uint32_t)most;
    for (; rest >= 100; rest /= 100) memcpy(at -= 2, PAIRS + 2 * (rest % 100), 2);
    if (rest >= 10) memcpy(at -= 2, PAIRS + 2 * rest, 2);
    else *--at = (char)('0' + rest);
    int count = (int)(room + sizeof room - at);
    memcpy(out, at, (size_t)count);
    return count;
}

int text_of(const Figure *figure, char *out) {
    char digits[LONGEST_FIGURE];
    int count = written_digits(figure, digits), length = 0;
    int64_t places = -figure->exponent;
    /* Beyond this Python writes powers of ten. */
    if (places < 0 || count + figure->exponent - 1 < LEAST_ADJUSTED || count > MOST_DIGITS) return 0;
    if (places == 0) {
        memcpy(out, digits, (size_t)count);
        return count;
    }
    if (count > places) {
        length = count - (int)places;
        memcpy(out, digits, (size_t)length);
        out[length++] = '.';
        memcpy(out + length, digits + count - places, (size_t)places);
        return length + (int)places;
    }
    out[length++] = '0';
    out[length++] = '.';
    for (int64_t i = count; i < places; i++) out[length++] = '0';
    memcpy(out + length, digits, (size_t)count);
    return length + count;
}

static int without_zeros(const char *text, int length) {
    if (!memchr(text, '.', (size_t)length)) return length;
    while (text[length - 1] == '0') length--;
    return text[length - 1] == '.' ? length - 1 : length;
}

static bool is_moved(const Figure *shown, const Figure *figure, const Figure *beside) {
    int was = compared(figure, beside), is = compared(shown, beside);
    return was != is;
}

int number(const Figure *figure, const Figure *beside, char *out) {
    int length = text_of(figure, out);
    if (length == 0) return 0;
    const char *point = memchr(out, '.', (size_t)length);
    if ((point ? point - out : length) > LONGEST_WHOLE) return 0;
    length = without_zeros(out, length);
    if (!point || length - (point - out) - 1 <= SHORT_PLACES) return length;
    int64_t adjusted = digits_of(figure) + figure->exponent - 1;
    for (int64_t places = 1 - adjusted > ROUNDED_PLACES ? 1 - adjusted : ROUNDED_PLACES;; places++) {
        if (places > MOST_PLACES || places >= -figure->exponent) return 0;
        Figure shown = without(*figure, -figure->exponent - places);
        if (beside && is_moved(&shown, figure, beside)) continue;
        length = text_of(&shown, out);
        return length == 0 ? 0 : without_zeros(out, length);
    }
}
