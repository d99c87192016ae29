#include "ui/review/diff_view.h"

#include "ui/log/accessible_lines.h"
#include "ui/log/view_colors.h"
#include "ui/review/diff_canvas.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QSplitter>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace switchyard::ui {

DiffView::DiffView(QWidget* parent)
    : QWidget(parent),
      m_head(new QWidget(this)),
      m_summary(new QLabel(m_head)),
      m_progress(new QLabel(m_head)),
      m_error(new QLabel(this)),
      m_verdict(new QLabel(this)),
      m_comments(new CommentsBar(this)),
      m_files(new QTreeView),
      m_lines(new DiffCanvas)
{
    installAccessibleLines();
    auto* const row = new QHBoxLayout(m_head);
    row->setContentsMargins(12, 4, 8, 4);
    row->setSpacing(8);
    m_summary->setObjectName(u"diffSummary"_s);
    m_progress->setObjectName(u"diffProgress"_s);
    row->addWidget(m_summary);
    row->addWidget(m_progress);
    row->addStretch(1);
    m_ignoreBlanks = addSwitch(u"diffIgnoreSpace"_s, tr("Ignore white space"), tr("Hide changes of white space alone"));
    m_sideBySide =
        addSwitch(u"diffSideBySide"_s, tr("Side by side"), tr("Show the old and the new text beside each other"));
    m_error->setObjectName(u"diffError"_s);
    m_error->setWordWrap(true);
    m_error->setContentsMargins(12, 4, 12, 4);
    m_error->hide();
    m_verdict->setObjectName(u"reviewVerdict"_s);
    m_verdict->setTextFormat(Qt::PlainText);
    m_verdict->setWordWrap(true);
    m_verdict->setContentsMargins(12, 0, 12, 4);
    m_verdict->hide();
    auto* const commentButton = new QToolButton(m_head);
    commentButton->setObjectName(u"commentButton"_s);
    commentButton->setText(tr("Comment"));
    commentButton->setToolTip(tr("On the line at hand (C, or a double click on its number)"));
    commentButton->setAutoRaise(true);
    commentButton->setFocusPolicy(Qt::TabFocus);
    row->addWidget(commentButton);
    connect(commentButton, &QToolButton::clicked, this, &DiffView::comment);

    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins({});
    column->setSpacing(0);
    column->addWidget(m_head);
    column->addWidget(m_verdict);
    column->addWidget(m_error);
    column->addWidget(makeParts(), 1);
    column->addWidget(m_comments);
    connectParts();
    updateSummary();
    updateMessage();
}

QWidget* DiffView::makeParts()
{
    m_files->setObjectName(u"diffFiles"_s);
    m_files->setAccessibleName(tr("Changed files"));
    m_files->setModel(&m_model);
    m_files->setItemDelegate(&m_delegate);
    m_files->setHeaderHidden(true);
    m_files->setFrameShape(QFrame::NoFrame);
    m_files->setUniformRowHeights(true);
    m_files->setIndentation(14);
    m_files->setTextElideMode(Qt::ElideMiddle);
    m_lines->setObjectName(u"diffLines"_s);
    m_lines->setAccessibleName(tr("Changed lines"));
    setFocusProxy(m_lines);

    auto* const splitter = new QSplitter(this);
    splitter->setHandleWidth(1);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_files);
    splitter->addWidget(m_lines);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({240, 760});
    return splitter;
}

void DiffView::connectParts()
{
    const auto open = [this](const QModelIndex& index) {
        if (const int file = index.data(DiffFilesModel::FileRole).toInt(); index.isValid() && file >= 0)
            m_lines->goToFile(file);
    };
    connect(m_files, &QTreeView::clicked, this, open);
    connect(m_files, &QTreeView::activated, this, [this, open](const QModelIndex& index) {
        open(index);
        m_lines->setFocus();
    });
    connect(m_files->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this, open](const QModelIndex& index) {
                if (m_files->hasFocus())
                    open(index);
            });
    connect(m_lines, &DiffCanvas::currentFileChanged, this, [this](int file) {
        if (!m_files->hasFocus())
            m_files->setCurrentIndex(m_model.indexOf(file));
    });
    connect(m_lines, &DiffCanvas::viewedToggled, this, &DiffView::toggleViewed);
    connect(m_lines, &DiffCanvas::foldToggled, this, &DiffView::toggleFolded);
    connect(m_ignoreBlanks, &QToolButton::toggled, this, &DiffView::applyOptions);
    connect(m_sideBySide, &QToolButton::toggled, this, [this](bool on) {
        applyOptions();
        Q_EMIT sideBySideChanged(on);
    });
    connect(m_lines, &DiffCanvas::commentWanted, this, &DiffView::comment);
    connect(m_comments, &CommentsBar::left, m_lines, [this] { m_lines->setFocus(); });
    connect(m_comments, &CommentsBar::sendWanted, this, &DiffView::commentsReady);
    connect(m_comments, &CommentsBar::changed, this, [this] {
        showMarks();
        Q_EMIT commentsChanged();
    });
}

void DiffView::comment()
{
    const auto at = m_lines->lineAtHand();
    if (!at)
        return;
    ReviewComment about{m_lines->diff().files[at->file].path, at->line, at->old, at->text, {}};
    for (const auto& known : comments()) {
        if (known.path == about.path && known.line == about.line && known.old == about.old)
            about.text = known.text;
    }
    m_comments->begin(about);
}

void DiffView::showMarks()
{
    QSet<QString> marks;
    for (const auto& comment : comments())
        marks.insert(DiffCanvas::markOf(comment.path, comment.line, comment.old));
    m_lines->setMarks(marks);
}

void DiffView::setComments(const QList<ReviewComment>& comments)
{
    m_comments->setComments(comments);
    showMarks();
}

void DiffView::setVerdict(const QString& text, bool good)
{
    m_verdict->setVisible(!text.isEmpty());
    m_verdict->setText(text);
    auto colors = palette();
    const auto c = ViewColors::from(palette());
    colors.setColor(QPalette::WindowText, readable(good ? c.addedText : c.error, palette().color(QPalette::Window)));
    m_verdict->setPalette(colors);
}

QToolButton* DiffView::addSwitch(const QString& name, const QString& text, const QString& tip)
{
    auto* const button = new QToolButton(m_head);
    button->setObjectName(name);
    button->setText(text);
    button->setToolTip(tip);
    button->setCheckable(true);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    m_head->layout()->addWidget(button);
    return button;
}

void DiffView::setDiff(const Diff& diff)
{
    m_loading = false;
    m_problem.clear();
    forgetChangedFiles(diff);
    const int rows = m_model.rowCount();
    m_model.setDiff(diff, m_viewed);
    m_lines->setDiff(diff);
    m_lines->setViewed(m_viewed);
    applyOptions();
    if (rows != m_model.rowCount() || !m_files->currentIndex().isValid()) {
        m_files->expandAll();
        m_files->setCurrentIndex(m_model.indexOf(m_lines->currentFile()));
    }
    updateSummary();
    updateMessage();
}

void DiffView::forgetChangedFiles(const Diff& diff)
{
    if (m_viewed.isEmpty() && m_folded.isEmpty())
        return;
    for (const auto& old : m_lines->diff().files) {
        const auto same = std::ranges::find(diff.files, old);
        if (same == diff.files.end()) {
            m_viewed.remove(old.path);
            m_folded.remove(old.path);
        }
    }
}

void DiffView::clear()
{
    m_viewed.clear();
    m_folded.clear();
    setComments({});
    setVerdict({}, true);
    setDiff({});
}

void DiffView::setSideBySide(bool sideBySide)
{
    m_sideBySide->setChecked(sideBySide);
}
bool DiffView::isSideBySide() const
{
    return m_sideBySide->isChecked();
}
void DiffView::setIgnoringBlanks(bool ignore)
{
    m_ignoreBlanks->setChecked(ignore);
}
bool DiffView::isIgnoringBlanks() const
{
    return m_ignoreBlanks->isChecked();
}

void DiffView::setLoading(bool loading)
{
    m_loading = loading;
    if (loading)
        m_problem.clear();
    updateMessage();
}

void DiffView::showError(const QString& sentence)
{
    m_loading = false;
    m_problem = sentence;
    updateMessage();
}

void DiffView::applyOptions()
{
    const DiffRowOptions options{m_sideBySide->isChecked(), m_ignoreBlanks->isChecked(), m_folded};
    const auto& now = m_lines->options();
    if (options.sideBySide != now.sideBySide || options.ignoreBlanks != now.ignoreBlanks ||
        options.folded != now.folded)
        m_lines->setOptions(options);
}

void DiffView::toggleViewed(int file)
{
    const auto path = m_lines->diff().files[file].path;
    const bool viewed = !m_viewed.remove(path);
    if (viewed)
        m_viewed.insert(path);
    // who has seen a file wants it out of the way
    viewed ? void(m_folded.insert(path)) : void(m_folded.remove(path));
    m_model.setDiff(m_lines->diff(), m_viewed);
    m_lines->setViewed(m_viewed);
    applyOptions();
    updateSummary();
    Q_EMIT viewedChanged();
}

void DiffView::toggleFolded(int file)
{
    const auto path = m_lines->diff().files[file].path;
    if (!m_folded.remove(path))
        m_folded.insert(path);
    applyOptions();
}

void DiffView::updateMessage()
{
    const bool empty = m_lines->diff().files.isEmpty();
    m_error->setVisible(!m_problem.isEmpty() && !empty);
    m_error->setText(m_problem);
    auto colors = palette();
    colors.setColor(QPalette::WindowText,
                    readable(ViewColors::from(palette()).error, palette().color(QPalette::Window)));
    m_error->setPalette(colors);
    m_files->setVisible(!empty);
    m_head->setVisible(!empty);
    if (!m_problem.isEmpty())
        m_lines->setMessage(tr("The changes cannot be shown"), m_problem);
    else if (m_loading)
        m_lines->setMessage(tr("Reading the changes…"), {});
    else
        m_lines->setMessage(tr("No changes yet"), tr("Files the task adds, edits or removes appear here."));
}

void DiffView::updateSummary()
{
    const auto& diff = m_lines->diff();
    const QLocale locale;
    m_summary->setText(tr("%n files changed", nullptr, int(diff.files.size())) + u"   +"_s +
                       locale.toString(diff.added()) + u"  −"_s + locale.toString(diff.removed()));
    m_progress->setVisible(!m_viewed.isEmpty());
    m_progress->setText(tr("%1 of %2 viewed").arg(m_viewed.size()).arg(diff.files.size()));
}

} // namespace switchyard::ui
