#include "gate/guards.h"

#include <QRegularExpression>

namespace switchyard::gate {

namespace {
//! A rough lexer: knows where it is in quotes, expansions, comments and here-documents, and nothing more. Where it is
//! unsure it takes the text for live shell, so that the guards rather see too much.
class Guard
{
public:
    explicit Guard(const QString& text) : m_text(text) {}

    GuardReport run()
    {
        m_open << Frame{Frame::Plain, 0};
        while (m_at < m_text.size())
            step();
        return std::move(m_report);
    }

private:
    struct Frame {
        enum Kind { Plain, Substitution, Parameter, Arithmetic, DoubleQuote, Backtick };
        Kind kind;
        qsizetype start;
        int depth = 0; // parentheses or braces inside
    };
    struct HereDocument {
        QString end;
        bool quoted, tabs;
    };

    QChar at(qsizetype i) const { return i >= 0 && i < m_text.size() ? m_text[i] : QChar(); }
    bool looksAt(QStringView what) const { return QStringView(m_text).sliced(m_at).startsWith(what); }
    static bool isBlank(QChar c) { return c == u' ' || c == u'\t' || c == u'\n' || c.isNull(); }
    bool inside(Frame::Kind kind) const
    {
        return std::ranges::any_of(m_open, [kind](const Frame& frame) { return frame.kind == kind; });
    }
    void report(const QString& why, qsizetype start, qsizetype length = 1)
    {
        if (m_report.findings.size() < 8)
            m_report.findings << Finding{Verdict::Confirm, u"unreadable"_s, why, u"guard"_s, {start, length}, true};
    }

    void step();
    void backslash();
    void singleQuote(bool ansi);
    void closeDoubleQuote();
    void dollar();
    void backtick();
    void checkBacktick(const Frame& frame);
    void checkParameter();
    void parenthesis();
    void newline();
    bool skipHereDocument(const HereDocument& document);
    void hereDocumentOperator();
    void closingQuote();

    const QString m_text;
    qsizetype m_at = 0;
    QList<Frame> m_open;
    QList<HereDocument> m_pending;
    GuardReport m_report;
};

void Guard::step()
{
    const auto c = m_text[m_at];
    const auto kind = m_open.last().kind;
    const bool quoted = kind == Frame::DoubleQuote;
    if (c == u'\\')
        return backslash();
    if (c == u'`')
        return backtick();
    if (c == u'$')
        return dollar();
    if (c == u'"') {
        if (quoted)
            return closeDoubleQuote();
        m_open << Frame{Frame::DoubleQuote, m_at++};
        return;
    }
    if (quoted) {
        ++m_at;
        return;
    }
    if (c == u'\'')
        return singleQuote(false);
    if (c == u'\n')
        return newline();
    if (c == u'#' && kind != Frame::Parameter && kind != Frame::Arithmetic &&
        (isBlank(at(m_at - 1)) || u";&|("_s.contains(at(m_at - 1)))) {
        while (m_at < m_text.size() && m_text[m_at] != u'\n')
            ++m_at;
        if (m_at < m_text.size() && m_text[m_at - 1] == u'\\')
            report(u"a comment ends with a backslash: shells end it there, parsers join the next line"_s, m_at - 1);
        return;
    }
    if (looksAt(u"<<") && kind != Frame::Arithmetic && kind != Frame::Parameter)
        return hereDocumentOperator();
    if (u"(){}"_s.contains(c))
        return parenthesis();
    ++m_at;
}

void Guard::backslash()
{
    if (at(m_at + 1) != u'\n') {
        m_at += 2;
        return;
    }
    qsizetype lineStart = m_at;
    while (lineStart > 0 && (at(lineStart - 1) == u' ' || at(lineStart - 1) == u'\t'))
        --lineStart;
    const bool alone = lineStart == 0 || at(lineStart - 1) == u'\n';
    if (alone)
        report(u"a line holds only a backslash: shells and parsers join it differently"_s, m_at);
    else if (!isBlank(at(m_at - 1)) && !isBlank(at(m_at + 2)))
        report(u"a word is broken over two lines"_s, m_at);
    m_at += 2;
}

void Guard::singleQuote(bool ansi)
{
    const auto start = m_at++;
    while (m_at < m_text.size() && m_text[m_at] != u'\'')
        m_at += ansi && m_text[m_at] == u'\\' ? 2 : 1;
    const auto inner = QStringView(m_text).sliced(start, std::min(m_at, m_text.size()) - start);
    if ((inside(Frame::Parameter) || inside(Frame::Arithmetic)) && (inner.contains(u'$') || inner.contains(u'`')))
        report(u"quoted text inside an expansion holds another expansion"_s, start, inner.size());
    ++m_at;
    closingQuote();
}

void Guard::closeDoubleQuote()
{
    m_open.removeLast();
    ++m_at;
    if (m_open.last().kind != Frame::DoubleQuote)
        closingQuote();
}

void Guard::closingQuote()
{
    if (at(m_at) == u'#' && m_open.last().kind != Frame::Parameter)
        report(u"a # directly after a quote: parsers differ on whether a comment starts"_s, m_at);
}

void Guard::dollar()
{
    if (looksAt(u"$((")) {
        m_open << Frame{Frame::Arithmetic, m_at, 2};
        m_at += 3;
    } else if (looksAt(u"$(")) {
        m_open << Frame{Frame::Substitution, m_at, 1};
        m_at += 2;
    } else if (looksAt(u"${")) {
        checkParameter();
        m_open << Frame{Frame::Parameter, m_at, 1};
        m_at += 2;
    } else if (looksAt(u"$'") && m_open.last().kind != Frame::DoubleQuote) {
        ++m_at;
        singleQuote(true);
    } else if (looksAt(u"$[")) {
        report(u"old arithmetic $[…] is read differently by parsers"_s, m_at, 2);
        m_at += 2;
    } else {
        m_at += at(m_at + 1) == u'#' ? 2 : 1; // $# is no comment
    }
}

void Guard::checkParameter()
{
    static const QRegularExpression evaluating(uR"(\G\$\{[A-Za-z0-9_@*\[\]$!#?-]*@P)"_s);
    static const QRegularExpression indirect(uR"(\G\$\{!(?![A-Za-z0-9_]+(\[[@*]\]|[@*])\}))"_s);
    if (evaluating.match(m_text, m_at).hasMatch())
        report(u"${…@P} runs what the variable holds"_s, m_at, 4);
    if (indirect.match(m_text, m_at).hasMatch())
        report(u"${!…} takes another variable's value"_s, m_at, 3);
}

void Guard::backtick()
{
    for (qsizetype i = m_open.size() - 1; i >= 0; --i) {
        if (m_open[i].kind != Frame::Backtick)
            continue;
        checkBacktick(m_open[i]);
        m_open.resize(i);
        ++m_at;
        return;
    }
    m_open << Frame{Frame::Backtick, m_at++};
}

void Guard::checkBacktick(const Frame& frame)
{
    const auto inner = QStringView(m_text).sliced(frame.start + 1, m_at - frame.start - 1);
    if (std::ranges::any_of(inner, [](QChar c) { return u"\\$'\"`"_s.contains(c); }))
        report(u"a backtick substitution holds quotes or expansions, which parsers read differently"_s, frame.start,
               m_at - frame.start + 1);
}

void Guard::parenthesis()
{
    const auto c = m_text[m_at];
    auto& top = m_open.last();
    if (looksAt(u"((") && top.kind != Frame::Arithmetic && top.kind != Frame::Parameter) {
        m_open << Frame{Frame::Arithmetic, m_at, 2};
        m_at += 2;
        return;
    }
    ++m_at;
    const bool braces = c == u'{' || c == u'}';
    const bool counts = top.kind == Frame::Parameter ? braces : !braces && top.kind != Frame::Plain;
    if (!counts || top.kind == Frame::Backtick)
        return;
    top.depth += c == u'(' || c == u'{' ? 1 : -1;
    if (top.depth <= 0 && m_open.size() > 1)
        m_open.removeLast();
}

void Guard::hereDocumentOperator()
{
    if (looksAt(u"<<<")) {
        m_at += 3;
        return;
    }
    static const QRegularExpression operatorAndEnd(
        uR"re(\G<<(-?)[ \t]*('([^'\n]*)'|"([^"\n$`\\]*)"|\\?([A-Za-z0-9_.+-]+)))re"_s);
    const auto match = operatorAndEnd.match(m_text, m_at);
    if (!match.hasMatch()) {
        m_at += 2;
        return;
    }
    const auto after = at(match.capturedEnd());
    const bool whole = isBlank(after) || u";&|<>()"_s.contains(after);
    const auto word = match.captured(2);
    const bool isQuoted = whole && (word.startsWith(u'\'') || word.startsWith(u'"') || word.startsWith(u'\\'));
    const auto end = word.startsWith(u'\'')  ? match.captured(3)
                     : word.startsWith(u'"') ? match.captured(4)
                                             : match.captured(5);
    if (whole)
        m_pending << HereDocument{end, isQuoted, !match.captured(1).isEmpty()};
    m_at = match.capturedEnd();
    if (word.startsWith(u'\'') || word.startsWith(u'"'))
        closingQuote();
}

void Guard::newline()
{
    ++m_at;
    const auto pending = std::exchange(m_pending, {});
    for (const auto& document : pending)
        if (!skipHereDocument(document))
            return;
}

// Bodies of quoted here-documents are data. Unquoted ones are looked at for substitutions, as in double quotes.
bool Guard::skipHereDocument(const HereDocument& document)
{
    const auto start = m_at;
    qsizetype line = m_at;
    while (line < m_text.size()) {
        auto end = m_text.indexOf(u'\n', line);
        if (end < 0)
            end = m_text.size();
        auto text = QStringView(m_text).sliced(line, end - line);
        while (document.tabs && text.startsWith(u'\t'))
            text = text.sliced(1);
        if (text == document.end) {
            if (document.quoted) {
                m_report.skipped << Span{start, line - start};
            } else {
                static const QRegularExpression risky(uR"(`[^`]*[\\$'"`][^`]*`|\\\n\S|\$\{[^}]*@P|\$\{!)"_s);
                const auto match = risky.match(m_text.sliced(start, end - start)); // its last line too
                if (match.hasMatch())
                    report(u"a here-document holds an expansion that parsers read differently"_s,
                           start + match.capturedStart(), match.capturedLength());
            }
            m_at = end;
            return true;
        }
        line = end + 1;
    }
    return false; // no end: the parser will say so
}

void checkCharacters(const QString& script, QList<Finding>& findings)
{
    for (qsizetype i = 0; i < script.size(); ++i) {
        const auto code = script[i].unicode();
        const bool control =
            (code < 0x20 && code != u'\t' && code != u'\n') || code == 0x7f || (code >= 0x80 && code < 0xa0);
        const bool direction = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
        const bool broken = script[i].isSurrogate() &&
                            !(script[i].isHighSurrogate() ? i + 1 < script.size() && script[i + 1].isLowSurrogate()
                                                          : i > 0 && script[i - 1].isHighSurrogate());
        const bool unreadable = broken || code == QChar::ReplacementCharacter || script[i] == hole;
        if (!control && !direction && !unreadable)
            continue;
        findings << Finding{Verdict::Confirm,
                            u"unreadable"_s,
                            control ? u"holds a control character (U+%1), which hides text on a screen"_s.arg(
                                          uint(code), 4, 16, QLatin1Char('0'))
                            : direction ? u"holds a character that turns the direction of text"_s
                                        : u"holds bytes that are not valid text"_s,
                            u"guard.characters"_s,
                            {i, 1},
                            true};
        return;
    }
}
} // namespace

GuardReport checkText(const QString& script)
{
    if (script.size() > longestScript) {
        GuardReport report;
        report.findings << Finding{
            Verdict::Confirm, u"unreadable"_s, u"is longer than 64 KB"_s, u"guard.length"_s, {}, true};
        return report;
    }
    auto report = Guard(script).run();
    checkCharacters(script, report.findings);
    return report;
}

} // namespace switchyard::gate
