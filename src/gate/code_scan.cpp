#include "gate/code_scan.h"

namespace switchyard::gate {

QString bareSql(QStringView sql)
{
    QString out;
    for (qsizetype i = 0; i < sql.size(); ++i) {
        const auto rest = sql.sliced(i);
        if (sql[i] == u'\'') {
            qsizetype end = i + 1;
            while (end < sql.size() && (sql[end] != u'\'' || (end + 1 < sql.size() && sql[end + 1] == u'\'')))
                end += sql[end] == u'\'' ? 2 : 1;
            out += u" '' "_s;
            i = end;
        } else if (rest.startsWith(u"--") &&
                   (rest.size() == 2 || rest[2].isSpace())) { // MySQL takes --1 for minus minus
            const auto end = rest.indexOf(u'\n');
            i = end < 0 ? sql.size() : i + end;
            out += u' ';
        } else if (rest.startsWith(u"/*") && !rest.startsWith(u"/*!")) { // /*! runs in MySQL
            const auto end = rest.indexOf(u"*/");
            i = end < 0 ? sql.size() : i + end + 1;
            out += u' ';
        } else {
            out += sql[i];
        }
    }
    return out.toUpper().simplified();
}

QString barePython(QStringView code)
{
    QString out;
    for (qsizetype i = 0; i < code.size(); ++i) {
        if (code[i] == u'#') {
            const auto end = code.indexOf(u'\n', i);
            i = (end < 0 ? code.size() : end) - 1;
            continue;
        }
        if (code[i] != u'"' && code[i] != u'\'') {
            out += code[i];
            continue;
        }
        qsizetype prefix = i;
        bool format = false;
        while (prefix > 0 && code[prefix - 1].isLetter())
            format = code[--prefix].toLower() == u'f' || format;
        const auto quote = code[i];
        const bool three = code.sliced(i).startsWith(QString(3, quote));
        const QString closing(three ? 3 : 1, quote);
        qsizetype end = i + closing.size();
        while (end < code.size() && !code.sliced(end).startsWith(closing) && (three || code[end] != u'\n'))
            end += code[end] == u'\\' ? 2 : 1;
        end = std::min(end, code.size());
        if (format) // what stands in its braces is run
            out += code.sliced(i, end - i);
        out += closing + closing;
        i = end < code.size() && code[end] != u'\n' ? end + closing.size() - 1 : end - 1;
    }
    return out;
}

//! Perl that only replaces text by text: s/…/…/ and nothing else, without the flag e and without what is run while a
//! text is put together (@{[ … ]}, $x[ … ], (?{ … })). Then words such as kill( in it are text. In doubt it is not.
bool onlyReplaces(const QString& code)
{
    static const QRegularExpression one(
        uR"(\G\s*s([/|#,!])((?:\\.|(?!\1)[^\\])*+)\1((?:\\.|(?!\1)[^\\])*+)\1[gimsxrolaudn]*\s*(?:;\s*|$))"_s);
    static const QRegularExpression runs(
        uR"((?<!\\)(?:\\\\)*(?:@|\$(?!\d+(?!\d|\[|\{|->)|&(?!\[|\{|->)|[|)](?!\[|\{|->)|$))|\(\?\??\{|\(\*)"_s);
    qsizetype at = 0;
    while (at < code.size()) {
        const auto match =
            one.match(code, at, QRegularExpression::NormalMatch, QRegularExpression::AnchorAtOffsetMatchOption);
        if (!match.hasMatch() || runs.match(match.captured(2)).hasMatch() || runs.match(match.captured(3)).hasMatch())
            return false;
        at = match.capturedEnd();
    }
    return at > 0;
}

CodeFindings scanCode(const RuleBook& rules, const QString& language, const QString& code, Span span)
{
    CodeFindings out;
    // With \' in it, where texts end depends on the database: then they are looked at as well.
    const bool unclear = language == u"sql" && code.contains(u"\\'");
    const auto whole = unclear ? code.toUpper().simplified() : language == u"sql" ? bareSql(code) : code;
    const auto bare = language == u"py"                         ? barePython(code)
                      : language == u"pl" && onlyReplaces(code) ? QString()
                                                                : whole;
    for (const auto& rule : rules.codeRules()) {
        if (!rule.languages.contains(language) && !rule.languages.contains(u"*"_s))
            continue;
        for (auto matches = rule.code->globalMatch(rule.bareCode ? bare : whole); matches.hasNext();) {
            const auto match = matches.next();
            const auto script = rule.scriptGroup > 0 ? match.captured(rule.scriptGroup) : QString();
            if (!script.trimmed().isEmpty()) {
                out.scripts << script;
                continue;
            }
            out.findings << Finding{rule.verdict, rule.category, rule.reason, rule.id, span, rule.floor};
            break;
        }
    }
    return out;
}

} // namespace switchyard::gate
