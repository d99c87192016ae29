#include "gate/arguments.h"

namespace switchyard::gate {

bool globMatches(QStringView pattern, QStringView text)
{
    qsizetype p = 0, t = 0, star = -1, mark = 0;
    while (t < text.size()) {
        if (p < pattern.size() && (pattern[p] == u'?' || pattern[p] == text[t]) && pattern[p] != u'*') {
            ++p;
            ++t;
        } else if (p < pattern.size() && pattern[p] == u'*') {
            star = p++;
            mark = t;
        } else if (star >= 0) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == u'*')
        ++p;
    return p == pattern.size();
}

bool anyGlobMatches(const QStringList& patterns, QStringView text)
{
    return std::ranges::any_of(patterns, [text](const QString& pattern) { return globMatches(pattern, text); });
}

QString baseName(QStringView program)
{
    const auto name = program.sliced(program.lastIndexOf(u'/') + 1);
    return name.endsWith(u".exe") ? name.chopped(4).toString() : name.toString();
}

namespace {
Word piece(const Word& word, qsizetype from)
{
    auto part = word;
    part.text = word.text.sliced(from);
    return part;
}
} // namespace

Arguments Arguments::read(const QList<Word>& argv, const ProgramTable& table)
{
    Arguments out;
    out.m_argv = argv;
    out.m_exact = table.exact;
    out.m_firstSplitting = argv.size();
    if (argv.isEmpty())
        return out;
    out.m_program = baseName(argv.first().text);
    auto valueFlags = table.valueFlags;
    const auto takesValue = [&valueFlags](QStringView flag) { return valueFlags.contains(flag); };
    for (qsizetype i = 1; i < argv.size(); ++i) {
        const auto& text = argv[i].text;
        if (out.m_firstSplitting == argv.size() && argv[i].splits && (text.startsWith(hole) || text.startsWith(u'-')))
            out.m_firstSplitting = i;
        if (out.m_terminator || !text.startsWith(u'-') || text == u"-") {
            if (out.m_positionals.isEmpty())
                valueFlags += table.subValueFlags.value(text);
            out.m_positionals << argv[i];
            out.m_positionalIndexes << i;
            continue;
        }
        if (text == u"--") {
            out.m_terminator = true;
            continue;
        }
        const auto next = [&]() -> std::optional<Word> {
            return i + 1 < argv.size() ? std::optional(argv[i + 1]) : std::nullopt;
        };
        if (text.startsWith(u"--") || table.longSingleDash) {
            const auto equals = text.indexOf(u'=');
            Flag flag{equals < 0 ? text : text.first(equals), {}, i};
            if (equals >= 0)
                flag.value = piece(argv[i], equals + 1);
            else if (takesValue(flag.name) && (flag.value = next()))
                ++i;
            out.m_flags << flag;
            continue;
        }
        // A word like -exec is known as such to some rules, besides its letters.
        if (text.size() > 2)
            out.m_flags << Flag{text, {}, i};
        for (qsizetype letter = 1; letter < text.size(); ++letter) {
            Flag flag{u"-"_s + text[letter], {}, i};
            if (takesValue(flag.name)) {
                if (letter + 1 < text.size())
                    flag.value = piece(argv[i], letter + 1);
                else if ((flag.value = next()))
                    ++i;
                out.m_flags << flag;
                break;
            }
            out.m_flags << flag;
        }
    }
    return out;
}

const Arguments::Flag* Arguments::find(const QString& pattern, bool beginnings) const
{
    for (const auto& flag : m_flags) {
        if (globMatches(pattern, flag.name))
            return &flag;
        if (beginnings && !m_exact && flag.name.size() > 2 && flag.name.startsWith(u"--") &&
            pattern.startsWith(flag.name))
            return &flag;
    }
    return nullptr;
}

QList<Word> Arguments::values(const QStringList& flags) const
{
    QList<Word> out;
    for (const auto& flag : m_flags)
        if (flag.value && anyGlobMatches(flags, flag.name))
            out << *flag.value;
    return out;
}

bool Arguments::hasWord(const QString& pattern) const
{
    return std::ranges::any_of(m_argv.isEmpty() ? m_argv : m_argv.sliced(1),
                               [&pattern](const Word& word) { return globMatches(pattern, word.text); });
}

} // namespace switchyard::gate
