#include "ui/settings/rules_page.h"

#include "ui/log/view_colors.h"
#include "ui/settings/line_change.h"
#include "ui/settings/parts.h"
#include "ui/settings/rule_dialog.h"
#include "ui/settings/swy_program.h"
#include "ui/theme/cells.h"
#include "ui/theme/icons.h"

#include <QBoxLayout>
#include <QDir>
#include <QFileInfo>
#include <QFontDatabase>
#include <QHeaderView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLabel>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QTextBlock>
#include <QTreeWidget>

namespace switchyard::ui {

namespace {

constexpr int ruleRole = Qt::UserRole, projectRole = Qt::UserRole + 1;

QString programsOf(const QJsonObject& rule)
{
    QStringList programs;
    for (const auto& program : rule[u"program"].toArray({rule[u"program"]}))
        programs << program.toString();
    return programs.join(u", "_s);
}

QString verdictWord(const QJsonObject& rule)
{
    const auto verdict = rule[u"verdict"].toString(u"confirm"_s);
    return verdict == u"safe"   ? RulesPage::tr("allowed")
           : verdict == u"deny" ? RulesPage::tr("refused")
                                : RulesPage::tr("asks for the code");
}

} // namespace

RulesPage::RulesPage(QString program, QStringList projects, Limits limits, QWidget* parent)
    : SwyPage(parent),
      m_program(std::move(program)),
      m_projects(std::move(projects)),
      m_limits(limits),
      m_details(new QPlainTextEdit(this)),
      m_add(new QPushButton(icon(u"add"_s), tr("&Add…"), this)),
      m_edit(new QPushButton(icon(u"edit"_s), tr("Chan&ge…"), this)),
      m_remove(new QPushButton(icon(u"discard"_s), tr("&Remove…"), this)),
      m_approve(new QPushButton(icon(u"ok"_s), tr("A&pprove"), this)),
      m_revoke(new QPushButton(icon(u"close"_s), tr("Re&voke"), this))
{
    auto* const column = pageColumn(this);
    column->addWidget(
        explanation(tr("Your own rules say which commands wait for your code, are refused, or run without "
                       "asking. A project may bring rules that ask for more; they count once you have "
                       "approved exactly what is shown. Changes count from the next task on."),
                    this));
    m_list->setObjectName(u"ruleList"_s);
    m_list->setAccessibleName(tr("Rules"));
    m_list->setHeaderLabels({tr("Rule"), tr("What happens"), tr("From")});
    m_list->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_list->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    m_list->header()->setSectionResizeMode(2, QHeaderView::ResizeToContents);
    column->addWidget(m_list, 3);
    m_details->setObjectName(u"ruleDetails"_s);
    m_details->setAccessibleName(tr("About the rule"));
    m_details->setReadOnly(true);
    m_details->setTabChangesFocus(true);
    m_details->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    column->addWidget(m_details, 2);
    m_note->setObjectName(u"rulesNote"_s);
    column->addWidget(m_note);
    m_add->setObjectName(u"addRuleButton"_s);
    m_edit->setObjectName(u"editRuleButton"_s);
    m_remove->setObjectName(u"removeRuleButton"_s);
    m_approve->setObjectName(u"approveRulesButton"_s);
    m_revoke->setObjectName(u"revokeRulesButton"_s);
    addButtons(column, {m_add, m_edit, m_remove, m_approve, m_revoke});
    connect(m_list, &QTreeWidget::currentItemChanged, this, [this] {
        showState();
        showDetails();
    });
    connect(m_list, &QTreeWidget::itemActivated, m_edit, &QPushButton::click);
    connect(m_add, &QPushButton::clicked, this, [this] { edit({}); });
    connect(m_edit, &QPushButton::clicked, this, [this] { edit(current(ruleRole)[u"rule"].toObject()); });
    connect(m_remove, &QPushButton::clicked, this, &RulesPage::askToRemove);
    connect(m_approve, &QPushButton::clicked, this, &RulesPage::approve);
    connect(m_revoke, &QPushButton::clicked, this, &RulesPage::revoke);
    showState();
}

QJsonObject RulesPage::current(int role) const
{
    return m_list->currentItem() ? m_list->currentItem()->data(0, role).toJsonObject() : QJsonObject();
}

void RulesPage::showState()
{
    const bool rule = !current(ruleRole).isEmpty();
    const auto project = current(projectRole)[u"state"].toString();
    const bool offered = project == u"waiting" || project == u"changed";
    for (const auto* const button : {m_add, m_edit, m_remove, m_approve, m_revoke}) {
        if (button->hasFocus())
            m_list->setFocus(); // one that goes would lose it to anywhere
    }
    m_add->setEnabled(!isBusy());
    m_edit->setEnabled(!isBusy());
    m_remove->setEnabled(!isBusy());
    m_edit->setVisible(rule);
    m_remove->setVisible(rule);
    m_approve->setVisible(offered);
    m_approve->setEnabled(!isBusy());
    m_revoke->setVisible(project == u"approved" || project == u"changed");
    m_revoke->setEnabled(!isBusy());
}

void RulesPage::showDetails()
{
    m_details->setExtraSelections({});
    if (const auto rule = current(ruleRole); !rule.isEmpty()) {
        m_details->setPlainText(QString::fromUtf8(QJsonDocument(rule[u"rule"].toObject()).toJson()).trimmed());
        return;
    }
    const auto project = current(projectRole);
    const auto state = project[u"state"].toString();
    QStringList lines;
    for (const auto& value : project[u"files"].toArray()) {
        lines << u"  "_s + value[u"name"].toString();
        const auto before = state == u"changed" ? value[u"approved"].toString() : value[u"text"].toString();
        lines << changedLines(before, value[u"text"].toString());
    }
    m_details->setPlainText(project.isEmpty() ? QString() : lines.join(u'\n') + project[u"problem"].toString());
    if (state != u"changed")
        return;
    const auto colors = ViewColors::from(palette());
    QList<QTextEdit::ExtraSelection> marks;
    for (auto block = m_details->document()->begin(); block.isValid(); block = block.next()) {
        const auto sign = block.text().left(1);
        if (sign != u"+" && sign != u"-")
            continue;
        QTextEdit::ExtraSelection mark;
        mark.format.setBackground(sign == u"+" ? colors.added : colors.removed);
        mark.format.setProperty(QTextFormat::FullWidthSelection, true);
        mark.cursor = QTextCursor(block);
        marks << mark;
    }
    m_details->setExtraSelections(marks);
}

void RulesPage::load(const QString& thenSay)
{
    beBusy(tr("Looking…"));
    auto words = QStringList{u"gate"_s, u"rules"_s, u"--json"_s, u"--"_s} + m_projects;
    QCoro::connect(SwyProgram::run(m_program, words, {}, m_limits.answer), this,
                   [this, thenSay](const Result<QByteArray>& answer) {
                       if (!answer) {
                           sayError(answer.error());
                       } else {
                           fill(QJsonDocument::fromJson(*answer).object());
                           say(m_note, thenSay, false);
                       }
                       beReady();
                   });
}

void RulesPage::setProjects(const QStringList& projects)
{
    if (projects == m_projects)
        return;
    m_projects = projects;
    lookAgain();
}

void RulesPage::choose(const QString& project)
{
    m_wanted = project;
    for (int row = 0; row < m_list->topLevelItemCount(); ++row) {
        auto* const item = m_list->topLevelItem(row);
        if (item->data(0, projectRole).toJsonObject()[u"project"].toString() != m_wanted)
            continue;
        m_wanted.clear();
        m_list->setCurrentItem(item);
        return;
    }
}

void RulesPage::fill(const QJsonObject& answer)
{
    const auto chosen = m_list->currentItem() ? m_list->currentItem()->text(0) : QString();
    m_list->clear();
    auto* const own = new QTreeWidgetItem(m_list, {tr("Your own"), {}, {}});
    for (const auto& value : answer[u"rules"].toArray()) {
        const auto rule = value[u"rule"].toObject();
        const auto reason = rule[u"reason"].toString();
        auto* const item =
            new QTreeWidgetItem(own, {reason.isEmpty() ? programsOf(rule) : u"%1: %2"_s.arg(programsOf(rule), reason),
                                      verdictWord(rule), QFileInfo(value[u"file"].toString()).fileName()});
        item->setData(0, ruleRole, value.toObject());
        item->setToolTip(0, item->text(0));
        item->setIcon(0, icon(u"flag"_s));
    }
    for (const auto& value : answer[u"problems"].toArray()) {
        auto* const item = new QTreeWidgetItem(own, {value[u"problem"].toString(), tr("every command asks"),
                                                     QFileInfo(value[u"file"].toString()).fileName()});
        item->setIcon(0, icon(u"error"_s, Tone::Failed));
        item->setToolTip(0, value[u"problem"].toString());
    }
    if (own->childCount() == 0)
        new QTreeWidgetItem(own, {tr("none: the built-in rules alone count"), {}, {}});
    for (const auto& value : answer[u"projects"].toArray()) {
        if (value[u"state"].toString() != u"none")
            addProject(value.toObject());
    }
    m_list->expandAll();
    for (auto* item = m_list->topLevelItem(0); item; item = m_list->itemBelow(item)) {
        nameEmptyCells(*item);
        if (item->text(0) == chosen)
            m_list->setCurrentItem(item);
    }
    if (!m_list->currentItem())
        m_list->setCurrentItem(own->child(0));
    if (!m_wanted.isEmpty())
        choose(m_wanted);
}

void RulesPage::addProject(const QJsonObject& project)
{
    const auto state = project[u"state"].toString();
    const bool waits = state == u"waiting" || state == u"changed";
    const auto word = state == u"approved"  ? tr("approved")
                      : state == u"waiting" ? tr("to be approved")
                      : state == u"changed" ? tr("changed, to be approved")
                                            : tr("cannot be read");
    auto* const item =
        new QTreeWidgetItem(m_list, {tr("Project “%1”").arg(QDir(project[u"project"].toString()).dirName()), word,
                                     tr("%n file(s)", nullptr, int(project[u"files"].toArray().size()))});
    item->setData(0, projectRole, project);
    item->setToolTip(0, project[u"project"].toString());
    item->setIcon(0, icon(u"folder"_s));
    item->setIcon(1, waits                  ? icon(u"warning"_s, Tone::NeedsYou)
                     : state == u"approved" ? icon(u"ok"_s, Tone::Done)
                                            : icon(u"error"_s, Tone::Failed));
}

void RulesPage::edit(const QJsonObject& rule)
{
    auto* const dialog = new RuleDialog(rule, this);
    connect(dialog, &RuleDialog::wanted, this, [this, dialog = QPointer(dialog)](const QJsonObject& changed) {
        const auto text = QJsonDocument(changed).toJson(QJsonDocument::Compact);
        QCoro::connect(SwyProgram::run(m_program, {u"gate"_s, u"rule"_s, u"set"_s}, Secret(text), m_limits.answer),
                       this, [this, dialog](const Result<QByteArray>& done) {
                           if (!done) {
                               if (dialog)
                                   dialog->refused(done.error().message);
                               return;
                           }
                           if (dialog)
                               dialog->accept();
                           load(tr("The rule is kept. It counts from the next task on."));
                       });
    });
    dialog->open();
}

void RulesPage::askToRemove()
{
    const auto rule = current(ruleRole)[u"rule"].toObject();
    const auto id = rule[u"id"].toString();
    auto* const box =
        new QMessageBox(QMessageBox::NoIcon, tr("Remove a rule"),
                        tr("Remove your rule about %1?").arg(programsOf(rule)), QMessageBox::NoButton, this);
    box->setObjectName(u"removeRule"_s);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(tr("From the next task on the built-in rules alone judge such commands."));
    box->setAttribute(Qt::WA_DeleteOnClose);
    auto* const act = box->addButton(tr("Remove it"), QMessageBox::DestructiveRole);
    act->setObjectName(u"removeRuleYes"_s);
    auto* const keep = box->addButton(tr("Go back"), QMessageBox::RejectRole);
    box->setDefaultButton(keep);
    box->setEscapeButton(keep);
    connect(box, &QMessageBox::buttonClicked, this, [this, act, id](QAbstractButton* clicked) {
        if (clicked == act)
            apply({u"gate"_s, u"rule"_s, u"remove"_s, u"--"_s, id}, tr("The rule is removed."));
    });
    box->open();
}

void RulesPage::approve()
{
    const auto project = current(projectRole);
    apply({u"gate"_s, u"approve"_s, u"--only"_s, project[u"fingerprint"].toString(), u"--"_s,
           project[u"project"].toString()},
          tr("The rules are approved. They count from the next task on, until one of them changes."));
}

void RulesPage::revoke()
{
    apply({u"gate"_s, u"revoke"_s, u"--"_s, current(projectRole)[u"project"].toString()},
          tr("The rules do not count any more from the next task on."));
}

void RulesPage::apply(const QStringList& words, const QString& done)
{
    beBusy({});
    QCoro::connect(SwyProgram::run(m_program, words, {}, m_limits.answer), this,
                   [this, done](const Result<QByteArray>& answer) {
                       if (answer) {
                           Q_EMIT changed();
                           return load(done);
                       }
                       beReady();
                       sayError(answer.error());
                   });
}

} // namespace switchyard::ui
