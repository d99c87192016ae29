#include "ui/log/matcher.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <QtEndian>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

namespace switchyard::ui {

namespace {

constexpr quint32 steps = 2'000'000; //!< of backtracking, before a line is given up: some tens of milliseconds

//! How often a byte is met in logs and code, roughly: the rarer, the better to look for.
int frequency(char c)
{
    constexpr std::array common{QByteArrayView(" etaoinsrhldcu"), QByteArrayView("mfpgwyb0123456789./-_:"),
                                QByteArrayView("vkxjqz=,()[]\"'")};
    int rank = 4;
    for (const auto& group : common) {
        if (group.contains(c))
            return rank;
        --rank;
    }
    return 0;
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? char(c | 0x20) : c;
}

//! Finds plain bytes by their two rarest ones, sixteen positions at a time.
class Literal
{
public:
    Literal(QByteArray needle, bool caseSensitive) : m_needle(std::move(needle)), m_exact(caseSensitive)
    {
        if (!m_exact)
            std::ranges::transform(m_needle, m_needle.begin(), lower);
        for (qsizetype i = 1; i < m_needle.size(); ++i) {
            if (frequency(m_needle[i]) < frequency(m_needle[m_first]))
                m_first = i;
        }
        m_second = m_first == 0 ? m_needle.size() - 1 : 0;
        for (qsizetype i = 0; i < m_needle.size(); ++i) {
            if (i != m_first && frequency(m_needle[i]) < frequency(m_needle[m_second]))
                m_second = i;
        }
    }
    qsizetype size() const { return m_needle.size(); }

    //! Calls `found` with each place in [at, end) where the bytes are, overlapping ones too, until it returns false.
    template <typename Found>
    void each(const char* at, const char* end, Found found) const
    {
        if (end - at < m_needle.size())
            return;
        using Lanes = quint8 __attribute__((vector_size(16)));
        const char* const last = end - m_needle.size(); // no match begins after this
        const quint8 firstFold = fold(m_needle[m_first]), secondFold = fold(m_needle[m_second]);
        const Lanes first = Lanes{} + quint8(m_needle[m_first]), second = Lanes{} + quint8(m_needle[m_second]);
        for (; last - at >= 16; at += 16) {
            Lanes a, b;
            std::memcpy(&a, at + m_first, 16);
            std::memcpy(&b, at + m_second, 16);
            const auto hits = ((a | firstFold) == first) & ((b | secondFold) == second);
            std::array<quint64, 2> halves;
            std::memcpy(halves.data(), &hits, 16);
            if (!(halves[0] | halves[1]))
                continue;
            for (int half = 0; half < 2; ++half) {
                // a byte of ones for each place
                for (auto places = qFromLittleEndian(halves[size_t(half)]); places != 0;) {
                    const int place = std::countr_zero(places) / 8;
                    places &= ~(quint64(0xff) << (place * 8));
                    const char* const here = at + half * 8 + place;
                    if (equals(here) && !found(here))
                        return;
                }
            }
        }
        for (; at <= last; ++at) {
            if (equals(at) && !found(at))
                return;
        }
    }

private:
    quint8 fold(char c) const { return !m_exact && isLetter(c) ? 0x20 : 0; }
    bool equals(const char* at) const
    {
        if (m_exact)
            return std::memcmp(at, m_needle.constData(), size_t(m_needle.size())) == 0;
        return std::equal(m_needle.begin(), m_needle.end(), at, [](char a, char b) { return a == lower(b); });
    }
    QByteArray m_needle;
    bool m_exact;
    qsizetype m_first = 0, m_second = 0;
};

struct FreeCode {
    void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
using Code = std::unique_ptr<pcre2_code, FreeCode>;

Result<Code> compileExpression(const QByteArray& pattern, quint32 options)
{
    const std::unique_ptr<pcre2_compile_context, decltype(&pcre2_compile_context_free)> context(
        pcre2_compile_context_create(nullptr), pcre2_compile_context_free);
    pcre2_set_newline(context.get(), PCRE2_NEWLINE_ANYCRLF);
    int error = 0;
    PCRE2_SIZE at = 0;
    Code code(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.constData()), size_t(pattern.size()), options, &error,
                            &at, context.get()));
    if (!code) {
        std::array<char, 256> text{};
        pcre2_get_error_message(error, reinterpret_cast<PCRE2_UCHAR*>(text.data()), text.size());
        const auto column =
            QString::fromUtf8(pattern.first(qsizetype(std::min(at, size_t(pattern.size()))))).size() + 1;
        return fail(ErrorCode::Invalid, u"%1, at character %2"_s.arg(QString::fromUtf8(text.data())).arg(column));
    }
    pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE); // without it the interpreter does the same, slower
    return code;
}

} // namespace

struct Matcher::Program {
    std::optional<Literal> literal;
    Code code;
};

Matcher::Matcher(std::unique_ptr<Program> program) : m_program(std::move(program)) {}
Matcher::~Matcher() = default;

Result<std::shared_ptr<const Matcher>> Matcher::compile(const SearchPattern& pattern)
{
    if (pattern.text.isEmpty())
        return fail(ErrorCode::Invalid, u"The search text is empty."_s);
    const auto bytes = pattern.text.toUtf8();
    auto program = std::make_unique<Program>();
    const bool ascii = std::ranges::all_of(bytes, [](char c) { return quint8(c) < 0x80; });
    if (!pattern.regex && (ascii || pattern.caseSensitive)) {
        program->literal.emplace(bytes, pattern.caseSensitive);
    } else {
        quint32 options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C;
        if (!pattern.regex)
            options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_LITERAL;
        if (!pattern.caseSensitive)
            options |= PCRE2_CASELESS;
        SY_TRY_ASSIGN(program->code, compileExpression(bytes, options));
    }
    return std::shared_ptr<const Matcher>(new Matcher(std::move(program)));
}

struct Scanner::State {
    std::shared_ptr<const Matcher> matcher;
    pcre2_match_data* data = nullptr;
    pcre2_match_context* context = nullptr;
    pcre2_jit_stack* stack = nullptr;
    bool gaveUp = false;

    //! A match in text[from, end): {match, ok}; not ok when the engine gave up.
    std::pair<std::optional<Match>, bool> run(QByteArrayView text, qsizetype from, quint32 options) const
    {
        const int found = pcre2_match(matcher->m_program->code.get(), reinterpret_cast<PCRE2_SPTR>(text.data()),
                                      size_t(text.size()), size_t(from), options, data, context);
        if (found < 0) // 0: there was no room for its groups, which nobody asks for
            return {{}, found == PCRE2_ERROR_NOMATCH};
        const auto* ends = pcre2_get_ovector_pointer(data);
        return {Match{qsizetype(ends[0]), qsizetype(std::max(ends[1], ends[0]) - ends[0])}, true};
    }
};

Scanner::Scanner(std::shared_ptr<const Matcher> matcher) : m_state(std::make_unique<State>())
{
    m_state->matcher = std::move(matcher);
    if (m_state->matcher->m_program->literal)
        return;
    m_state->data = pcre2_match_data_create(1, nullptr);
    m_state->context = pcre2_match_context_create(nullptr);
    m_state->stack = pcre2_jit_stack_create(32 * 1024, 1024 * 1024, nullptr);
    pcre2_jit_stack_assign(m_state->context, nullptr, m_state->stack);
    pcre2_set_match_limit(m_state->context, steps);
    pcre2_set_heap_limit(m_state->context, 16 * 1024); // KiB
}

Scanner::~Scanner()
{
    pcre2_jit_stack_free(m_state->stack);
    pcre2_match_context_free(m_state->context);
    pcre2_match_data_free(m_state->data);
}

bool Scanner::gaveUp() const
{
    return m_state->gaveUp;
}

std::optional<Match> Scanner::find(QByteArrayView text, qsizetype from)
{
    const auto& program = *m_state->matcher->m_program;
    if (program.literal) {
        std::optional<Match> match;
        program.literal->each(text.data() + from, text.data() + text.size(), [&](const char* at) {
            match = Match{at - text.data(), program.literal->size()};
            return false;
        });
        return match;
    }
    bool lineWise = false; // once a run over everything gave up, each line gets its own chance
    while (from < text.size()) {
        const auto endOfLine = [&](qsizetype at) {
            const auto end = text.indexOf('\n', at);
            return end < 0 ? text.size() : end;
        };
        const auto end = lineWise ? endOfLine(from) : text.size();
        const auto [match, ok] = m_state->run(text.first(end), from, PCRE2_NOTEMPTY);
        if (!ok && !lineWise) {
            lineWise = true;
            continue;
        }
        m_state->gaveUp |= !ok;
        if (!match) {
            from = end + 1;
            continue;
        }
        const auto lineEnd = endOfLine(match->start);
        if (match->end() <= lineEnd && match->length > 0)
            return match;
        // It reaches over the line's end: what does the line alone give?
        const auto [inLine, inLineOk] =
            m_state->run(text.first(lineEnd), std::min(match->start, lineEnd), PCRE2_NOTEMPTY);
        if (inLineOk && inLine && inLine->length > 0)
            return inLine;
        from = lineEnd + 1;
    }
    return {};
}

qint64 Scanner::count(QByteArrayView text)
{
    qint64 count = 0;
    if (const auto& literal = m_state->matcher->m_program->literal) {
        const char* free = text.data(); // matches do not overlap
        literal->each(text.data(), text.data() + text.size(), [&](const char* at) {
            if (at >= free) {
                ++count;
                free = at + literal->size();
            }
            return true;
        });
        return count;
    }
    qsizetype from = 0;
    while (const auto match = find(text, from)) {
        ++count;
        from = match->end();
    }
    return count;
}

} // namespace switchyard::ui
