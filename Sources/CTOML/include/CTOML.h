#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum pbx_toml_kind {
    PBX_TOML_TABLE = 0,
    PBX_TOML_ARRAY = 1,
    PBX_TOML_TEXT = 2,
    PBX_TOML_INTEGER = 3,
    PBX_TOML_REAL = 4,
    PBX_TOML_BOOLEAN = 5,
    PBX_TOML_TIME = 6,
};

/// One node of the parsed tree. Texts are UTF-8, not terminated, and valid only during the callback. Lines and columns
/// count from 1; 0 means not known.
typedef struct pbx_toml_node {
    int32_t kind;
    /// 0 for children of the root; a child follows its parent directly, and has the parent's depth plus 1.
    int32_t depth;
    /// NULL for an element of an array.
    const char *key;
    size_t key_length;
    uint32_t key_line;
    uint32_t key_column;
    const char *text;
    size_t text_length;
    int64_t integer;
    double real;
    uint32_t line;
    uint32_t column;
} pbx_toml_node;

/// Why a text is no TOML, and where.
typedef struct pbx_toml_failure {
    const char *text;
    size_t text_length;
    uint32_t line;
    uint32_t column;
} pbx_toml_failure;

/// Parses a TOML 1.0 document and calls `visit` for every node, parents first; or calls `fail` once, and returns false.
bool pbx_toml_parse(const char *document, size_t length, void *context,
                    void (*visit)(void *context, const pbx_toml_node *node),
                    void (*fail)(void *context, const pbx_toml_failure *failure));

#ifdef __cplusplus
}
#endif
