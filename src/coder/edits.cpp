#include "coder/edits.h"

#include <QRegularExpression>
#include <QStringList>

namespace switchyard::coder {

namespace {

int lineAt(const QString& text, qsizetype position)
{
    return int(QStringView(text).first(position).count(u'\n')) + 1;
}

QString places(const QString& text, const QString& part)
{
    QStringList lines;
    for (auto at = text.indexOf(part); at >= 0 && lines.size() < 8; at = text.indexOf(part, at + part.size()))
        lines << QString::number(lineAt(text, at));
    return lines.join(u", "_s);
}

//! Where the same words stand with other blanks between them, or -1.
qsizetype findIgnoringBlanks(const QString& text, const QString& part)
{
    constexpr int mostWords = 2000;
    static const QRegularExpression blanks(u"\\s+"_s);
    auto words = part.split(blanks, Qt::SkipEmptyParts);
    if (words.isEmpty() || words.size() > mostWords)
        return -1;
    for (auto& word : words)
        word = QRegularExpression::escape(word);
    return QRegularExpression(words.join(u"\\s+"_s)).match(text).capturedStart();
}

QString whyMissing(const QString& text, const QString& part)
{
    if (const auto at = findIgnoringBlanks(text, part); at >= 0)
        return u"the same words stand at line %1, but with other spaces or line breaks: copy them exactly"_s.arg(
            lineAt(text, at));
    const auto lines = part.split(u'\n');
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const auto line = lines[i].trimmed();
        if (line.size() < 4)
            continue;
        if (const auto at = text.indexOf(line); at < 0)
            return u"its line %1, “%2”, is nowhere in the file"_s.arg(i + 1).arg(line.left(120));
    }
    return u"its lines are there, but not in this order: read the file again"_s;
}

} // namespace

Result<Edited> applyEdits(const QString& text, const QList<Edit>& edits)
{
    Edited result{text, 0, {}};
    const bool windows = text.contains(u"\r\n"_s);
    const auto inFilesManner = [&](QString part) {
        return windows && !part.contains(u'\r') ? part.replace(u'\n', u"\r\n"_s) : part;
    };
    for (qsizetype i = 0; i < edits.size(); ++i) {
        const auto name = edits.size() == 1 ? u"The edit"_s : u"Edit %1 of %2"_s.arg(i + 1).arg(edits.size());
        const auto refuse = [&](const QString& why) {
            return fail(ErrorCode::Invalid, u"%1 does not fit: %2. Nothing was changed."_s.arg(name, why));
        };
        const auto oldText = inFilesManner(edits[i].oldText);
        const auto newText = inFilesManner(edits[i].newText);
        if (oldText.isEmpty())
            return refuse(u"old_text is empty; use write_file to write a whole file"_s);
        if (oldText == newText)
            return refuse(u"old_text and new_text are the same"_s);
        const auto count = result.text.count(oldText);
        if (count == 0)
            return refuse(u"old_text was not found; "_s + whyMissing(result.text, oldText));
        if (count > 1 && !edits[i].all)
            return refuse(u"old_text is there %1 times (lines %2); add lines around it, or set all"_s.arg(count).arg(
                places(result.text, oldText)));
        const auto first = result.text.indexOf(oldText);
        result.lines << lineAt(result.text, first);
        if (edits[i].all)
            result.text.replace(oldText, newText);
        else
            result.text.replace(first, oldText.size(), newText);
        result.replacements += int(count);
    }
    return result;
}

} // namespace switchyard::coder
