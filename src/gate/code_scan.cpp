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
        } else if (rest.startsWith(u"--")) {
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

CodeFindings scanCode(const RuleBook& rules, const QString& language, const QString& code, Span span)
{
    CodeFindings out;
    const auto text = language == u"sql" ? bareSql(code) : code;
    for (const auto& rule : rules.codeRules()) {
        if (!rule.languages.contains(language) && !rule.languages.contains(u"*"_s))
            continue;
        for (auto matches = rule.code->globalMatch(text); matches.hasNext();) {
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
