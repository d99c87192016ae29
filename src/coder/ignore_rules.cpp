#include "coder/ignore_rules.h"

#include "base/result.h"

namespace switchyard::coder {

QString globToExpression(const QString& glob)
{
    QString out;
    for (qsizetype i = 0; i < glob.size(); ++i) {
        const auto c = glob[i];
        if (c == u'*' && glob.mid(i, 3) == u"**/") {
            out += u"(?:.*/)?"_s;
            i += 2;
        } else if (c == u'*' && glob.mid(i, 2) == u"**") {
            out += u".*"_s;
            ++i;
        } else if (c == u'*') {
            out += u"[^/]*"_s;
        } else if (c == u'?') {
            out += u"[^/]"_s;
        } else if (c == u'[' && glob.indexOf(u']', i + 2) > 0) {
            const auto end = glob.indexOf(u']', i + 2);
            auto set = glob.sliced(i + 1, end - i - 1);
            if (set.startsWith(u'!'))
                set[0] = u'^';
            out += u'[' + set.replace(u'\\', u"\\\\"_s) + u']';
            i = end;
        } else if (c == u'{' && glob.indexOf(u'}', i) > 0) {
            const auto end = glob.indexOf(u'}', i);
            QStringList choices;
            for (const auto& choice : glob.sliced(i + 1, end - i - 1).split(u','))
                choices << globToExpression(choice);
            out += u"(?:"_s + choices.join(u'|') + u')';
            i = end;
        } else if (c == u'\\' && i + 1 < glob.size()) {
            out += QRegularExpression::escape(QString(glob[++i]));
        } else {
            out += QRegularExpression::escape(QString(c));
        }
    }
    return out;
}

void IgnoreRules::add(const QString& lines, const QString& folder)
{
    const auto prefix = folder.isEmpty() ? QString() : QRegularExpression::escape(folder + u'/');
    for (auto line : lines.split(u'\n')) {
        while (line.endsWith(u' ') || line.endsWith(u'\r'))
            line.chop(1);
        if (line.isEmpty() || line.startsWith(u'#'))
            continue;
        Rule rule;
        if (line.startsWith(u'!')) {
            rule.negated = true;
            line.removeFirst();
        }
        if (line.endsWith(u'/')) {
            rule.foldersOnly = true;
            line.chop(1);
        }
        const bool anchored = line.contains(u'/');
        if (line.startsWith(u'/'))
            line.removeFirst();
        rule.expression.setPattern(QRegularExpression::anchoredPattern(prefix + (anchored ? QString() : u"(?:.*/)?"_s) +
                                                                       globToExpression(line)));
        if (rule.expression.isValid())
            m_rules.append(rule);
    }
}

bool IgnoreRules::ignores(const QString& path, bool isFolder) const
{
    if (path == u".git" || path.endsWith("/.git"_L1))
        return true;
    for (auto rule = m_rules.crbegin(); rule != m_rules.crend(); ++rule) {
        if ((!rule->foldersOnly || isFolder) && rule->expression.match(path).hasMatch())
            return !rule->negated;
    }
    return false;
}

} // namespace switchyard::coder
