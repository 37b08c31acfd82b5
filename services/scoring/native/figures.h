/* Exact decimal figures as services/scoring/figures.py has them: not negative, computed with 50 digits, kept with 28.

   Each function does what Python's decimal does for the same figures, digit by digit and exponent by exponent (General
   Decimal Arithmetic Specification 1.70, division and rounding half even); what it does not do, it refuses. */
#ifndef TIENDO_FIGURES_H
#define TIENDO_FIGURES_H

#include <stdbool.h>
#include <stdint.h>

enum { WIDE = 50, KEPT = 28, LIMBS = 4, MOST_DIGITS = 76, LONGEST_FIGURE = 96, LEAST_ADJUSTED = -6 };

typedef struct {
    uint64_t limbs[LIMBS]; /* the coefficient, the least significant limb first */
    int64_t exponent;
} Figure;

Figure figure_of(uint64_t whole);
bool is_zero(const Figure *figure);
int digits_of(const Figure *figure);
int compared(const Figure *one, const Figure *other); /* −1, 0, 1 */
Figure rounded(Figure figure, int digits);
Figure kept(Figure figure); /* with 28 digits; 0 whatever its exponent */
bool quotient(const Figure *dividend, const Figure *divisor, Figure *out);
bool product(const Figure *one, const Figure *other, Figure *out);
bool added(const Figure *one, const Figure *other, Figure *out);
bool difference(const Figure *one, const Figure *other, Figure *out); /* of one that is not less than the other */
bool read_figure(const char *at, int64_t length, Figure *out);
int text_of(const Figure *figure, char *out);                              /* 0: refused */
int number(const Figure *figure, const Figure *beside, char *out);         /* as it is read; 0: refused */

#endif
