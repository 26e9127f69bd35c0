#ifndef PBX_CNCURSESW_SHIM_H
#define PBX_CNCURSESW_SHIM_H

// Curses as functions: Swift imports neither its macros nor its mutable globals.
#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700
#endif
#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <curses.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <term.h>
#include <wchar.h>

/// Opens the terminal that TERM names on standard input and output; NULL when it has no description or cannot be used.
static inline SCREEN *pbx_curses_open(void) { return newterm(NULL, stdout, stdin); }

/// Columns that the C library, and with it curses, takes a character for.
static inline int pbx_curses_columns(uint32_t character) { return wcwidth((wchar_t)character); }

static inline WINDOW *pbx_curses_screen(void) { return stdscr; }
static inline bool pbx_curses_has_colours(void) { return has_colors() && COLORS >= 8 && COLOR_PAIRS >= 64; }

/// Puts one character and its marks at a place; `pair` and `attributes` as curses counts them.
static inline int pbx_curses_put(int y, int x, const wchar_t *text, unsigned attributes, short pair) {
    cchar_t cell;
    if (setcchar(&cell, text, (attr_t)attributes, pair, NULL) == ERR) return ERR;
    return mvwadd_wch(stdscr, y, x, &cell);
}

static inline int pbx_curses_move(int y, int x) { return wmove(stdscr, y, x); }
static inline int pbx_curses_refresh(void) { return wrefresh(stdscr); }
/// The terminal shows nothing that we know of: the next refresh sends every cell.
static inline int pbx_curses_forget(void) { return clearok(stdscr, TRUE); }

static inline unsigned pbx_curses_bold(void) { return (unsigned)A_BOLD; }
static inline unsigned pbx_curses_dim(void) { return (unsigned)A_DIM; }
static inline unsigned pbx_curses_underline(void) { return (unsigned)A_UNDERLINE; }
static inline unsigned pbx_curses_reverse(void) { return (unsigned)A_REVERSE; }

/// What a key of the terminal's description sends (`kf1`, `kcuu1`); NULL when it has none.
static inline const char *pbx_curses_key(const char *name) {
    const char *text = tigetstr((char *)name);
    return text == (const char *)-1 ? NULL : text;
}

#endif
