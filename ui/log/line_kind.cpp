#include "ui/log/line_kind.h"

#include "ui/log/matcher.h"

#include <QHash>
#include <QRegularExpression>

#include <memory>
#include <optional>

namespace switchyard::ui {

namespace {

constexpr int oldest = 2000; //!< lines of one block; a real one is shorter
using Block = LineContext::Block;

void begin(LineContext& context, Block block)
{
    context.block = block;
    context.language.clear();
    context.syntax = {};
    context.age = 0;
}

bool beginsDiff(QStringView text)
{
    return text.startsWith(u"diff --git ") || text.startsWith(u"--- a/") || text.startsWith(u"+++ b/") ||
           text.startsWith(u"--- /dev/null");
}

bool isDiffHeader(QStringView text)
{
    for (const auto& start : {u"index ", u"--- ", u"+++ ", u"new file", u"deleted file", u"old mode", u"new mode",
                              u"similarity ", u"rename ", u"Binary files"}) {
        if (text.startsWith(QStringView(start)))
            return true;
    }
    return false;
}

bool isHunk(QStringView text)
{
    return text.startsWith(u"@@ -") && text.indexOf(u" @@", 4) > 0;
}

std::optional<LineKind> inDiff(QStringView text, LineContext& context)
{
    if (beginsDiff(text)) {
        context.block = Block::Diff;
        return LineKind::DiffFile;
    }
    if (isHunk(text)) {
        context.block = Block::Hunk;
        return LineKind::DiffHunk;
    }
    if (context.block == Block::Diff)
        return isDiffHeader(text) ? std::optional(LineKind::DiffFile) : std::nullopt;
    if (text.startsWith(u'+'))
        return LineKind::DiffAdded;
    if (text.startsWith(u'-'))
        return LineKind::DiffRemoved;
    if (text.startsWith(u' ') || text.startsWith(u"\\ No newline"))
        return LineKind::DiffContext;
    return {};
}

LineKind begins(QStringView text, LineContext& context)
{
    begin(context, Block::None);
    if (text.isEmpty())
        return LineKind::Plain;
    if (beginsDiff(text) || isHunk(text)) {
        begin(context, isHunk(text) ? Block::Hunk : Block::Diff);
        return isHunk(text) ? LineKind::DiffHunk : LineKind::DiffFile;
    }
    if (text.startsWith(u"Traceback (most recent call last)")) {
        begin(context, Block::Traceback);
        return LineKind::Traceback;
    }
    if (text.startsWith(u"```") && text.size() < 40) {
        begin(context, Block::Code);
        context.language = text.sliced(3).trimmed().toString();
        return LineKind::Fence;
    }
    const auto trimmed = text.trimmed();
    if (text.startsWith(u"{\"") && trimmed.endsWith(u'}'))
        return LineKind::Json;
    if (trimmed == u"{" || trimmed == u"[" || text.startsWith(u"{\"") || text.startsWith(u"[{")) {
        begin(context, Block::Json);
        return LineKind::Json;
    }
    return LineKind::Plain;
}

constexpr auto notAName = "(?![\\w/-])(?!\\.\\w)"_L1;
constexpr auto notNone = "(?<![\\w/.-])(?<!\\b0 )(?<!\\bno )"_L1;

Scanner& scannerFor(const QString& expression)
{
    // one for each of the two expressions, each a constant: they compile
    thread_local QHash<QString, std::shared_ptr<Scanner>> scanners;
    auto& scanner = scanners[expression];
    if (!scanner)
        scanner = std::make_shared<Scanner>(Matcher::compile({expression, true, true}).value());
    return *scanner;
}

} // namespace

LineKind classify(QStringView text, LineContext& context)
{
    if (text.startsWith(u"▶ ")) {
        begin(context, Block::None);
        return LineKind::Command;
    }
    if (text.startsWith(u"■ ")) {
        begin(context, Block::None);
        return LineKind::Exit;
    }
    if (context.block != Block::None && ++context.age > oldest)
        begin(context, Block::None);
    switch (context.block) {
    case Block::None:
        break;
    case Block::Diff:
    case Block::Hunk:
        if (const auto kind = inDiff(text, context))
            return *kind;
        break;
    case Block::Traceback:
        if (text.startsWith(u"    "))
            return LineKind::TracebackCode;
        if (text.startsWith(u"  "))
            return LineKind::Traceback;
        break; // the exception itself ends it
    case Block::Json:
        if (text.startsWith(u'}') || text.startsWith(u']')) {
            context.block = Block::None;
            return LineKind::Json;
        }
        if (text.startsWith(u' ') || text.startsWith(u'\t'))
            return LineKind::Json;
        break;
    case Block::Code:
        if (text.startsWith(u"```")) {
            begin(context, Block::None);
            return LineKind::Fence;
        }
        return LineKind::Code;
    }
    return begins(text, context);
}

QString errorExpression()
{
    static const QString expression =
        u"^Traceback \\(most recent|^■ exit code [1-9]|^■ (?:killed|signal)|"_s + notNone +
        u"(?:(?i:errors?|fatal|panicked|failed|failures?|segmentation fault)|FAIL|[A-Z]\\w*(?:Error|Exception))"_s +
        notAName;
    return expression;
}

Severity severityOf(QByteArrayView line)
{
    static const QString warnings = notNone + u"(?i:warn(?:ings?)?)"_s + notAName;
    if (scannerFor(errorExpression()).find(line))
        return Severity::Error;
    return scannerFor(warnings).find(line) ? Severity::Warning : Severity::None;
}

QList<Location> locationsIn(const QString& text)
{
    static const QRegularExpression expression(
        u"File \"(?<quoted>[^\"]{1,400})\", line (?<at>\\d{1,7})|"
        "(?<![\\w/.:])(?<path>(?:~?/|\\.{1,2}/)?(?:[\\w.+@-]+/)*[\\w+@-][\\w.+@-]*\\.[A-Za-z][A-Za-z0-9]{0,9})"
        "(?::(?<line>\\d{1,7})(?::\\d{1,5})?|\\((?<paren>\\d{1,7})\\))"_s);
    QList<Location> found;
    if (text.size() > maxDisplayCells * 2 || (!text.contains(u':') && !text.contains(u'(') && !text.contains(u'"')))
        return found;
    for (auto matches = expression.globalMatch(text); matches.hasNext();) {
        const auto match = matches.next();
        const bool quoted = match.hasCaptured("quoted"_L1);
        const auto line = quoted ? match.captured("at"_L1) : match.captured("line"_L1) + match.captured("paren"_L1);
        found << Location{int(match.capturedStart()), int(match.capturedLength()),
                          match.captured(quoted ? "quoted"_L1 : "path"_L1), line.toInt()};
    }
    return found;
}

} // namespace switchyard::ui
