#include "CTOML.h"

#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
#define TOML_ENABLE_WINDOWS_COMPAT 0
#include <toml++/toml.h>

namespace {

struct Walk {
    void *context;
    void (*visit)(void *, const pbx_toml_node *);

    void emit(const toml::node &node, const toml::key *key, int32_t depth) const {
        pbx_toml_node row{};
        row.depth = depth;
        if (key) {
            row.key = key->data();
            row.key_length = key->length();
            row.key_line = key->source().begin.line;
            row.key_column = key->source().begin.column;
        }
        row.line = node.source().begin.line;
        row.column = node.source().begin.column;
        switch (node.type()) {
        case toml::node_type::table: row.kind = PBX_TOML_TABLE; break;
        case toml::node_type::array: row.kind = PBX_TOML_ARRAY; break;
        case toml::node_type::string: {
            const std::string &text = node.as_string()->get();
            row.kind = PBX_TOML_TEXT;
            row.text = text.data();
            row.text_length = text.length();
            break;
        }
        case toml::node_type::integer:
            row.kind = PBX_TOML_INTEGER;
            row.integer = node.as_integer()->get();
            break;
        case toml::node_type::floating_point:
            row.kind = PBX_TOML_REAL;
            row.real = node.as_floating_point()->get();
            break;
        case toml::node_type::boolean:
            row.kind = PBX_TOML_BOOLEAN;
            row.integer = node.as_boolean()->get() ? 1 : 0;
            break;
        default: row.kind = PBX_TOML_TIME; break;
        }
        visit(context, &row);
        children(node, depth + 1);
    }

    void children(const toml::node &node, int32_t depth) const {
        if (const toml::table *table = node.as_table()) {
            for (auto &&[key, child] : *table) emit(child, &key, depth);
        } else if (const toml::array *array = node.as_array()) {
            for (auto &&child : *array) emit(child, nullptr, depth);
        }
    }
};

} // namespace

bool pbx_toml_parse(const char *document, size_t length, void *context,
                    void (*visit)(void *context, const pbx_toml_node *node),
                    void (*fail)(void *context, const pbx_toml_failure *failure)) {
    toml::parse_result result = toml::parse(std::string_view(document, length));
    if (!result) {
        const toml::parse_error &error = result.error();
        const std::string_view text = error.description();
        const pbx_toml_failure row{text.data(), text.length(), error.source().begin.line, error.source().begin.column};
        fail(context, &row);
        return false;
    }
    Walk{context, visit}.children(result.table(), 0);
    return true;
}
