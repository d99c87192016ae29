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

bool Arguments::lowers(const QString& pattern) const
{
    static const QStringList off{u"none"_s, u"false"_s, u"no"_s, u"off"_s, u"0"_s};
    // Options that take a value in so many programs that the word after them is none of its own.
    static const QStringList takeValues{
        u"--exclude"_s, u"--include"_s, u"--filter"_s,   u"--query"_s,       u"--format"_s,   u"--profile"_s,
        u"--region"_s,  u"--name"_s,    u"--message"_s,  u"--description"_s, u"--selector"_s, u"--namespace"_s,
        u"--context"_s, u"--label"_s,   u"--tag"_s,      u"--config"_s,      u"--output"_s,   u"--user"_s,
        u"--host"_s,    u"--port"_s,    u"--password"_s, u"--push-option"_s, u"--option"_s};
    constexpr qsizetype longestBundle = 5;
    return std::ranges::any_of(m_flags, [&](const Flag& flag) {
        if (!globMatches(pattern, flag.name) || flag.index >= m_firstSplitting ||
            (flag.value && off.contains(flag.value->text.toLower())) ||
            takeValues.contains(m_argv[flag.index - 1].text))
            return false;
        const auto& text = m_argv[flag.index].text;
        if (flag.name == text || flag.name.size() > 2 || text.startsWith(u"--"))
            return true;
        // A letter in what may as well be an option and its value: -hlocalhost, -ualice, -Dcn=admin.
        const auto letters = QStringView(text).sliced(1);
        return letters.front() == flag.name[1] ||
               (letters.size() <= longestBundle && std::ranges::all_of(letters, [](QChar c) { return c.isLetter(); }));
    });
}

QList<Word> Arguments::valuesByLook(const QStringList& flags) const
{
    QList<Word> out;
    for (qsizetype i = 1; i < m_argv.size(); ++i) {
        const auto& text = m_argv[i].text;
        if (text == u"--")
            break;
        for (const auto& flag : flags) {
            const bool isLong = flag.startsWith(u"--");
            if (text == flag && i + 1 < m_argv.size())
                out << m_argv[i + 1];
            else if (text.startsWith(flag + u'='))
                out << piece(m_argv[i], flag.size() + 1);
            else if (!isLong && flag.size() == 2 && text.size() > 2 && text.startsWith(flag))
                out << piece(m_argv[i], 2);
        }
    }
    return out;
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
